/** A request as a plain value of a stable shape, for `--json` and for other programs. */
import { formatVersion } from './columns.ts';
import type { RequestForProposals, RequestSection } from './request.ts';

const sectionShape = ({ id, title, introduction, families }: RequestSection) => ({
  id,
  title,
  introduction,
  families: families.map((family) => ({
    id: family.id,
    title: family.title,
    requirements: family.items.map(({ number, control, requirement, applies, rationale }) => ({
      number,
      id: requirement.id,
      control: control.id,
      title: control.title,
      obligation: requirement.obligation,
      text: requirement.text,
      clause: requirement.clause,
      applies,
      rationale,
      verification: requirement.verification,
      blackBox: requirement.blackBox,
      evidence: requirement.evidence,
    })),
  })),
});

/** The request ready for `JSON.stringify`; `sections` are what a vendor answers, `annex` is the utility's. */
export function requestDocument(request: RequestForProposals) {
  const { sections, annex, ...front } = request;
  return {
    format: 'wattward-rfp',
    formatVersion,
    ...front,
    sections: sections.map(sectionShape),
    annex: sectionShape(annex),
  };
}

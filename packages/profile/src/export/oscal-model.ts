/** As much of the OSCAL 1.2.1 catalog and profile models as this package writes. Key names are OSCAL's own. */

export interface OscalProperty {
  readonly name: string;
  readonly ns?: string;
  readonly value: string;
  readonly class?: string;
  readonly remarks?: string;
}

export interface OscalLink {
  readonly href: string;
  readonly rel?: string;
  readonly text?: string;
}

export interface OscalPart {
  readonly id?: string;
  readonly name: string;
  readonly ns?: string;
  readonly title?: string;
  readonly props?: readonly OscalProperty[];
  readonly prose?: string;
  readonly parts?: readonly OscalPart[];
}

export interface OscalParameter {
  readonly id: string;
  readonly label: string;
  readonly props: readonly OscalProperty[];
  readonly constraints: readonly {
    readonly description: string;
    readonly tests: readonly { readonly expression: string }[];
  }[];
  readonly guidelines: readonly { readonly prose: string }[];
  readonly values: readonly string[];
}

export interface OscalControl {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly params?: readonly OscalParameter[];
  readonly props: readonly OscalProperty[];
  readonly links?: readonly OscalLink[];
  readonly parts: readonly OscalPart[];
}

export interface OscalGroup {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly params?: readonly OscalParameter[];
  readonly props: readonly OscalProperty[];
  readonly parts: readonly OscalPart[];
  readonly controls: readonly OscalControl[];
}

export interface OscalMetadata {
  readonly title: string;
  readonly 'last-modified': string;
  readonly version: string;
  readonly 'oscal-version': string;
  readonly props?: readonly OscalProperty[];
  readonly links?: readonly OscalLink[];
  readonly remarks?: string;
}

export interface OscalBackMatter {
  readonly resources: readonly {
    readonly uuid: string;
    readonly title: string;
    readonly description?: string;
    readonly rlinks?: readonly { readonly href: string; readonly 'media-type'?: string }[];
  }[];
}

export interface OscalCatalog {
  readonly catalog: {
    readonly uuid: string;
    readonly metadata: OscalMetadata;
    readonly params?: readonly OscalParameter[];
    readonly groups: readonly OscalGroup[];
    readonly 'back-matter': OscalBackMatter;
  };
}

export interface OscalAlter {
  readonly 'control-id': string;
  readonly removes?: readonly { readonly 'by-id': string }[];
  readonly adds: readonly {
    readonly 'by-id'?: string;
    readonly position: 'ending';
    readonly props: readonly OscalProperty[];
  }[];
}

export interface OscalProfile {
  readonly profile: {
    readonly uuid: string;
    readonly metadata: OscalMetadata;
    readonly imports: readonly {
      readonly href: string;
      readonly 'include-controls': readonly { readonly 'with-ids': readonly string[] }[];
    }[];
    readonly merge: { readonly 'as-is': true };
    readonly modify: { readonly alters: readonly OscalAlter[] };
    readonly 'back-matter': OscalBackMatter;
  };
}

export const oscalVersion = '1.2.1';

/** Names of ours that OSCAL does not define live in this namespace. */
export const oscalNamespace = 'urn:wattward:oscal';

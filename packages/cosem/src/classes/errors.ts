/** The error codes of the interface classes and their typed values. */
import { errorTable } from '../base/errors.ts';

export const raiseClasses = errorTable('classes', {
  type: {
    kind: 'decode',
    meaning: 'A value does not have the type that its attribute or method asks for.',
    remedy:
      'Check the class and version of the object; some meters answer with the layout of another version.',
  },
  value: {
    kind: 'protocol',
    meaning: 'A value cannot be written in the type that its attribute or method asks for.',
    remedy: 'Check the range, the length or the name against the class table.',
  },
  unknown: {
    kind: 'protocol',
    meaning: 'There is no such interface class, version, attribute or method in the tables.',
    remedy: 'Read the object_list of the association for the class and version that the meter really has.',
  },
});

/** COSEM interface classes as typed tables, their type language, and codecs of structured values (IEC 62056-6-2). */
export { classes, classVersions, interfaceClass, olderClasses } from './catalogue.ts';
export { checkType, expectType, type TypeCheck, type TypeMismatch } from './check-type.ts';
export {
  type AttributeBounds,
  type AttributeDefinition,
  type AttributeSpec,
  attribute as defineAttribute,
  type ByName,
  type CamelCase,
  type ClassDefinition,
  camelCase,
  defineClass,
  type MethodDefinition,
  type MethodSpec,
  method as defineMethod,
  type Storage,
  type TypedClass,
} from './define.ts';
export {
  attributeName,
  className,
  findAttribute,
  findMethod,
  methodName,
  otherClassNames,
} from './naming.ts';
export * as cosemTypes from './type-language.ts';
export { type CosemType, type FieldType, formatType } from './type-language.ts';
export * as typed from './typed/index.ts';

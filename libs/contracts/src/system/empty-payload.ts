/** The payload of commands that take no properties. */

/** @example {} */
export class EmptyDto {}

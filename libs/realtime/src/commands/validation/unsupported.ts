/** Why a DTO cannot be compiled; nothing is wrong with it, it is validated the long way. */
export class Unsupported extends Error {}

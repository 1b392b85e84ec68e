/** Thrown for a DTO that cannot be compiled to a validation plan (`DtoPlan`): class-validator then validates its payloads instead. */
export class UnsupportedDtoError extends Error {}

/** Documents the errors of a route by their codes: status, meaning and an example come from the error catalogue. */
import { ApiExtension } from '@nestjs/swagger';
import type { ErrorCode } from '@aeturnis/contracts';

/** The extension of the OpenAPI document that lists the error codes of a route. */
export const ROUTE_ERRORS = 'x-errors';

/** `@ApiErrors('NOT_FOUND', 'CONFLICT')`. Errors that every route of its kind may answer are documented without it. */
export const ApiErrors = (...codes: ErrorCode[]): MethodDecorator => ApiExtension(ROUTE_ERRORS, codes);

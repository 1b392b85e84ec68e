/** `@Public()` marks HTTP routes that need no access token. The application's guard requires one on all other routes. */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC_ROUTE = 'aeturnis:public';

/** The same mark as an extension of the OpenAPI document. */
export const PUBLIC_OPERATION = 'x-public';

export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC_ROUTE, true), ApiExtension(PUBLIC_OPERATION, true));

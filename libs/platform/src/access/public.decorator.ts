/** Marks routes that need no access token. Every other route needs one: the application's guard looks for this mark. */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC_ROUTE = 'aeturnis:public';

/** The same mark for whoever writes the document of the API. */
export const PUBLIC_OPERATION = 'x-public';

export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC_ROUTE, true), ApiExtension(PUBLIC_OPERATION, true));

/** Refuses a body or a query on a route whose handler declares none: no pipe validates it, and a typing error would pass. */
import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { payloadOf, WsValidationPipe } from '@aeturnis/realtime';
import type { Request } from 'express';
import { ignoresBody } from './body';

/** The DTO of an input that must be empty. */
class NoFields {}

interface DeclaredInputs {
  readonly body: boolean;
  readonly query: boolean;
}

const ANYTHING: DeclaredInputs = { body: true, query: true };
/** Probes and scrapers add parameters of their own to `/health` and `/metrics`. */
const API = /^\/?api(\/|$)/;

@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly declared = new WeakMap<object, DeclaredInputs>();

  constructor(private readonly fields: WsValidationPipe) {}

  /** @throws AppError VALIDATION with `details: {field, problems[]}[]`, as for an unknown property of a DTO. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { body, query } = this.declaredBy(context.getClass(), context.getHandler());
    if (!query) this.mustBeEmpty(request.query);
    if (!body && request.body !== undefined && !ignoresBody(request)) this.mustBeEmpty(request.body);
    return true;
  }

  private mustBeEmpty(input: unknown): void {
    this.fields.readerOf(NoFields)(payloadOf([input]));
  }

  private declaredBy(controller: Type, handler: { readonly name: string }): DeclaredInputs {
    const known = this.declared.get(handler);
    if (known) return known;
    const found = inputsOf(controller, handler.name);
    this.declared.set(handler, found);
    return found;
  }
}

function inputsOf(controller: Type, method: string): DeclaredInputs {
  if (!API.test(String(Reflect.getMetadata(PATH_METADATA, controller) ?? ''))) return ANYTHING;
  const parameters = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object);
  const declares = (kind: RouteParamtypes): boolean => parameters.some((key) => key.startsWith(`${kind}:`));
  return { body: declares(RouteParamtypes.BODY), query: declares(RouteParamtypes.QUERY) };
}

/** Refuses a body or a query on a route whose handler declares none: a misspelled parameter would otherwise be ignored. */
import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { payloadOf, WsValidationPipe } from '@aeturnis/realtime';
import type { Request } from 'express';
import { ignoresBody } from './body-parser';

/** The DTO of an input that must be empty. */
class NoInputDto {}

interface DeclaredInputs {
  readonly body: boolean;
  readonly query: boolean;
}

const ALL_DECLARED: DeclaredInputs = { body: true, query: true };
/** Probes and scrapers add parameters of their own to `/health` and `/metrics`. */
const API_PATH = /^\/?api(\/|$)/;

@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly inputsByHandler = new WeakMap<object, DeclaredInputs>();

  constructor(private readonly validation: WsValidationPipe) {}

  /** @throws AppError VALIDATION with `details: {field, problems[]}[]`, as for an unknown property of a DTO. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { body, query } = this.declaredInputsOf(context.getClass(), context.getHandler());
    if (!query) this.assertEmpty(request.query);
    if (!body && request.body !== undefined && !ignoresBody(request)) this.assertEmpty(request.body);
    return true;
  }

  private assertEmpty(input: unknown): void {
    this.validation.parserFor(NoInputDto)(payloadOf([input]));
  }

  private declaredInputsOf(controller: Type, handler: { readonly name: string }): DeclaredInputs {
    const known = this.inputsByHandler.get(handler);
    if (known) return known;
    const found = readDeclaredInputs(controller, handler.name);
    this.inputsByHandler.set(handler, found);
    return found;
  }
}

function readDeclaredInputs(controller: Type, method: string): DeclaredInputs {
  if (!API_PATH.test(String(Reflect.getMetadata(PATH_METADATA, controller) ?? ''))) return ALL_DECLARED;
  const parameters = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object);
  const declares = (kind: RouteParamtypes): boolean => parameters.some((key) => key.startsWith(`${kind}:`));
  return { body: declares(RouteParamtypes.BODY), query: declares(RouteParamtypes.QUERY) };
}

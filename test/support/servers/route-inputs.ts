/** The declared inputs of the routes of a running server: path parameters, query and body. */
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { RequestMethod } from '@nestjs/common';
import type { Constructor } from '@aeturnis/contracts';
import { getMetadataStorage } from 'class-validator';
import type { RunningServer } from '../../../apps/server/src/server';

export interface RouteInputs {
  readonly params: readonly string[];
  readonly query: Constructor<object> | undefined;
  readonly body: Constructor<object> | undefined;
}

type Handler = (...parameters: never[]) => unknown;

/** The inputs by route, such as `GET /api/characters/{id}`. */
export function routeInputs({ app }: Pick<RunningServer, 'app'>): ReadonlyMap<string, RouteInputs> {
  const found = new Map<string, RouteInputs>();
  const scanner = app.get(MetadataScanner, { strict: false });
  for (const { instance, metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    if (typeof metatype !== 'function' || !instance) continue;
    const prototype = Object.getPrototypeOf(instance) as Record<string, Handler>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const method = Reflect.getMetadata(METHOD_METADATA, prototype[name]!) as RequestMethod | undefined;
      if (method === undefined) continue;
      const path = [metatype, prototype[name]!].map(pathOf).filter(Boolean).join('/');
      found.set(`${RequestMethod[method]} /${path.replace(/:(\w+)/g, '{$1}')}`, inputsOf(metatype, prototype, name));
    }
  }
  return found;
}

const pathOf = (target: object): string =>
  String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/|\/$/g, '');

function inputsOf(controller: object, prototype: object, name: string): RouteInputs {
  const types = (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as Constructor<object>[];
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { index: number; data?: string }
  >;
  const of = (kind: RouteParamtypes) =>
    Object.entries(declared).flatMap(([key, argument]) => (key.startsWith(`${kind}:`) ? [argument] : []));
  const typeOf = (kind: RouteParamtypes): Constructor<object> | undefined => {
    const [argument] = of(kind);
    return argument && types[argument.index];
  };
  return {
    params: of(RouteParamtypes.PARAM).flatMap(({ data }) => data ?? []),
    query: typeOf(RouteParamtypes.QUERY),
    body: typeOf(RouteParamtypes.BODY),
  };
}

/** The properties of a DTO, with the names of their validation rules. */
export function fieldsOf(dto: Constructor<object> | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  const fields = new Map<string, Set<string>>();
  if (!dto) return fields;
  for (const { propertyName, name, type } of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const rules = fields.get(propertyName) ?? new Set();
    fields.set(propertyName, rules.add(name ?? type).add(type));
  }
  return fields;
}

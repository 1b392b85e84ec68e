/** Finds at boot the operation of each route, so that the guard looks up one map and the policies can be told. */
import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { READ_POLICY, rate } from '@aeturnis/contracts';
import { PUBLIC_ROUTE } from '@aeturnis/platform';
import { type Operation, Operations } from '@aeturnis/realtime';
import { OPERATION, type RouteOperation } from './operation.decorator';

/** All reading routes without a name of their own share one bucket per user. */
const READING: RouteOperation = { name: 'http:read', policy: READ_POLICY };
/** A writing route that nobody gave a policy; the test of the policies fails for it. */
const WRITING: RouteOperation = { name: 'http:write', policy: rate(30, 60) };

type Handler = (...parameters: never[]) => unknown;

@Injectable()
export class RouteOperations implements OnModuleInit {
  /** Routes that need no token have no user: `PerMinute`, or the limit of all routes together, holds per address. */
  readonly publicRoutes: string[] = [];
  private readonly byHandler = new Map<unknown, Operation>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly operations: Operations,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function' || !instance) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, Handler>;
      const base = pathOf(metatype);
      for (const name of this.scanner.getAllMethodNames(prototype)) this.add(metatype, base, prototype[name]);
    }
  }

  of(handler: unknown): Operation | undefined {
    return this.byHandler.get(handler);
  }

  private add(controller: object, base: string, handler: Handler | undefined): void {
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (!handler || method === undefined) return;
    const route = `${RequestMethod[method]} /${[base, pathOf(handler)].filter(Boolean).join('/')}`.replace(
      /:(\w+)/g,
      '{$1}',
    );
    if (isPublic(handler) || isPublic(controller)) return void this.publicRoutes.push(route);
    const told = Reflect.getMetadata(OPERATION, handler) as RouteOperation | undefined;
    const { name, policy } = told ?? (method === RequestMethod.GET ? READING : WRITING);
    if (policy) this.operations.addOwn(name, policy);
    this.byHandler.set(handler, this.operations.addRoute(name, route));
  }
}

const isPublic = (target: object): boolean => Reflect.getMetadata(PUBLIC_ROUTE, target) === true;

const pathOf = (target: object): string =>
  String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/|\/$/g, '');

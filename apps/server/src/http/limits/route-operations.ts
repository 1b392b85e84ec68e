/** Collects the operation of each HTTP route at boot, for the guard and for the list of policies. */
import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { READ_POLICY, rate } from '@aeturnis/contracts';
import { PUBLIC_ROUTE } from '@aeturnis/platform';
import { type Operation, Operations } from '@aeturnis/realtime';
import { OPERATION, type RouteOperation } from './rate-limit.decorator';

/** GET routes without an operation of their own share one bucket per user. */
const DEFAULT_READ_OPERATION: RouteOperation = { name: 'http:read', policy: READ_POLICY };
/** Other routes without an operation. A test fails for them, so each such route gets a policy. */
const DEFAULT_WRITE_OPERATION: RouteOperation = { name: 'http:write', policy: rate(30, 60) };

type Handler = (...parameters: never[]) => unknown;

@Injectable()
export class RouteOperations implements OnModuleInit {
  /** Public routes, which have no user: they are limited by address, with `ThrottlePerMinute` or the common limit. */
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

  find(handler: unknown): Operation | undefined {
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
    const declared = Reflect.getMetadata(OPERATION, handler) as RouteOperation | undefined;
    const { name, policy } =
      declared ?? (method === RequestMethod.GET ? DEFAULT_READ_OPERATION : DEFAULT_WRITE_OPERATION);
    if (policy) this.operations.addHttpOperation(name, policy);
    this.byHandler.set(handler, this.operations.addRoute(name, route));
  }
}

const isPublic = (target: object): boolean => Reflect.getMetadata(PUBLIC_ROUTE, target) === true;

const pathOf = (target: object): string =>
  String(Reflect.getMetadata(PATH_METADATA, target) ?? '').replace(/^\/|\/$/g, '');

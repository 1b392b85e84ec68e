/** All commands this process handles, resolved at boot; a command handled twice or a wrong gateway ends the boot. */
import {
  type CanActivate,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, PIPES_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import type { CommandContract } from '@aeturnis/contracts';
import type { ServerOptions } from 'socket.io';
import { mustBeSupported } from '../adapter/supported-options';
import { WsJwtGuard } from '../auth/ws-jwt.guard';
import { Operations } from '../limits/operations';
import { resolvePolicy } from '../limits/resolve-policy';
import { WsThrottlerGuard } from '../limits/ws-throttler.guard';
import { REALTIME_OPTIONS, type RealtimeOptions } from '../realtime.options';
import type { CommandEntry, WireErrorFilter } from './command-entry';
import { HANDLES } from './handles.decorator';
import { REALTIME_GATEWAY } from './realtime-gateway.decorator';
import { WsExceptionFilter } from './ws-exception.filter';
import { WsValidationPipe } from './ws-validation.pipe';

const GATEWAY_OPTIONS = 'websockets:gateway_options';
const GATEWAY_MARK = 'websockets:is_gateway';

@Injectable()
export class CommandTable implements OnModuleInit, OnApplicationBootstrap {
  private readonly entries = new Map<string, CommandEntry>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModuleRef,
    private readonly operations: Operations,
    @Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions,
  ) {}

  onModuleInit(): void {
    const seen = new Set<object>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance = wrapper.instance as object | null | undefined;
      // Not the metatype, which for a provider with a factory is that factory.
      const gateway = instance?.constructor as Type | undefined;
      // Under a second name it is the same gateway.
      if (!instance || typeof gateway !== 'function' || seen.has(instance)) continue;
      seen.add(instance);
      if (!Reflect.hasMetadata(REALTIME_GATEWAY, gateway)) {
        this.mustNotTakeCommands(instance, gateway);
        continue;
      }
      if (!wrapper.isDependencyTreeStatic())
        throw new Error(
          `${gateway.name} takes commands and must be a singleton: nothing it needs may be request-scoped`,
        );
      mustBeSupported(Reflect.getMetadata(GATEWAY_OPTIONS, gateway) as Partial<ServerOptions> | undefined);
      this.addGateway(instance, gateway);
    }
  }

  /** Later than all modules are initialised: only then are the operations of HTTP known. */
  onApplicationBootstrap(): void {
    const known = new Set(this.operations.all().map(({ name }) => name));
    const unknown = Object.keys(this.options.policies ?? {}).filter((name) => !known.has(name));
    if (unknown.length > 0)
      throw new Error(`There are policies for commands that nobody handles: ${unknown.join(', ')}`);
  }

  get(event: string): CommandEntry | undefined {
    return this.entries.get(event);
  }

  all(): CommandEntry[] {
    return [...this.entries.values()];
  }

  private mustNotTakeCommands(instance: object, provider: Type): void {
    if (Reflect.hasMetadata(GATEWAY_MARK, provider))
      throw new Error(
        `${provider.name} must carry @RealtimeGateway() instead of @WebSocketGateway(): only then is it guarded`,
      );
    const [handler] = this.handlersOf(instance);
    if (handler)
      throw new Error(`${provider.name} handles '${handler.contract.name}' and must carry @RealtimeGateway()`);
  }

  private handlersOf(instance: object): { method: CommandEntry['handler']; contract: CommandContract }[] {
    const prototype = Object.getPrototypeOf(instance) as Record<string, CommandEntry['handler']>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      const contract = method && (Reflect.getMetadata(HANDLES, method) as CommandContract | undefined);
      return method && contract ? [{ method, contract }] : [];
    });
  }

  private addGateway(instance: object, gateway: Type): void {
    for (const { method, contract } of this.handlersOf(instance)) {
      const taken = this.entries.get(contract.name);
      if (taken)
        throw new Error(`'${contract.name}' is handled twice: by ${taken.gateway.name} and by ${gateway.name}`);
      this.entries.set(contract.name, {
        contract,
        gateway,
        operation: this.operations.addCommand(
          contract.name,
          resolvePolicy(contract, method, gateway, this.options.policies),
        ),
        guards: this.guards(gateway, method),
        read: this.only(PIPES_METADATA, WsValidationPipe, gateway, method).readerOf(contract.payload),
        filter: this.only<WireErrorFilter>(EXCEPTION_FILTERS_METADATA, WsExceptionFilter, gateway, method),
        handler: method.bind(instance),
      });
    }
  }

  /** Ours first, wherever the decorators stand: an application's guard may rely on a proved and unhurried caller. */
  private guards(gateway: Type, method: object): CanActivate[] {
    const told = [...metadata(GUARDS_METADATA, gateway), ...metadata(GUARDS_METADATA, method)];
    const extra = told.filter((guard) => guard !== WsJwtGuard && guard !== WsThrottlerGuard);
    return [WsJwtGuard, WsThrottlerGuard, ...extra].map((guard) =>
      typeof guard === 'function'
        ? this.modules.get<CanActivate>(guard as Type, { strict: false })
        : (guard as CanActivate),
    );
  }

  /** Another pipe or filter would quietly take the place of validation or of the answer to errors. */
  private only<T>(key: string, ours: Type<T>, gateway: Type, method: object): T {
    const told = [...metadata(key, gateway), ...metadata(key, method)];
    if (told.length === 1 && told[0] === ours) return this.modules.get<T>(ours, { strict: false });
    throw new Error(
      `${gateway.name} must leave pipes and filters to @RealtimeGateway(): ${ours.name} alone may be used`,
    );
  }
}

const metadata = (key: string, target: object): unknown[] => (Reflect.getMetadata(key, target) ?? []) as unknown[];

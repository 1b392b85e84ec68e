/** The commands that this process handles, resolved at boot. The boot fails for duplicate handlers and invalid gateways. */
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
import { assertSupportedOptions } from '../../transport/supported-options';
import { WsJwtGuard } from '../../auth/ws-jwt.guard';
import { Operations } from '../limits/operations';
import { resolvePolicy } from '../limits/resolve-policy';
import { WsThrottlerGuard } from '../limits/ws-throttler.guard';
import { REALTIME_OPTIONS, type RealtimeOptions } from '../../base/realtime.options';
import type { CommandEntry, WireErrorFilter } from './command-entry';
import { HANDLES_METADATA } from './handles.decorator';
import { REALTIME_GATEWAY } from './realtime-gateway.decorator';
import { WsExceptionFilter } from './ws-exception.filter';
import { WsValidationPipe } from '../validation/ws-validation.pipe';

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
      // Not the metatype, which is the factory for a provider with a factory.
      const gateway = instance?.constructor as Type | undefined;
      // The same instance may be provided under a second token.
      if (!instance || typeof gateway !== 'function' || seen.has(instance)) continue;
      seen.add(instance);
      if (!Reflect.hasMetadata(REALTIME_GATEWAY, gateway)) {
        this.assertNoHandlers(instance, gateway);
        continue;
      }
      if (!wrapper.isDependencyTreeStatic())
        throw new Error(
          `${gateway.name} takes commands and must be a singleton: nothing it needs may be request-scoped`,
        );
      assertSupportedOptions(Reflect.getMetadata(GATEWAY_OPTIONS, gateway) as Partial<ServerOptions> | undefined);
      this.addGateway(instance, gateway);
    }
  }

  /** Runs after the initialisation of all modules: only then are the HTTP operations known. */
  onApplicationBootstrap(): void {
    const known = new Set(this.operations.all().map(({ name }) => name));
    const unknown = Object.keys(this.options.policies ?? {}).filter((name) => !known.has(name));
    if (unknown.length > 0)
      throw new Error(`remove the policies for commands without a handler: ${unknown.join(', ')}`);
  }

  get(event: string): CommandEntry | undefined {
    return this.entries.get(event);
  }

  all(): CommandEntry[] {
    return [...this.entries.values()];
  }

  private assertNoHandlers(instance: object, provider: Type): void {
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
      const contract = method && (Reflect.getMetadata(HANDLES_METADATA, method) as CommandContract | undefined);
      return method && contract ? [{ method, contract }] : [];
    });
  }

  private addGateway(instance: object, gateway: Type): void {
    for (const { method, contract } of this.handlersOf(instance)) {
      const existing = this.entries.get(contract.name);
      if (existing)
        throw new Error(
          `'${contract.name}' is handled twice, by ${existing.gateway.name} and by ${gateway.name}; remove one handler`,
        );
      this.entries.set(contract.name, {
        contract,
        gateway,
        operation: this.operations.addCommand(
          contract.name,
          resolvePolicy(contract, method, gateway, this.options.policies),
        ),
        guards: this.guardsFor(gateway, method),
        parse: this.soleProvider(PIPES_METADATA, WsValidationPipe, gateway, method).parserFor(contract.payload),
        filter: this.soleProvider<WireErrorFilter>(EXCEPTION_FILTERS_METADATA, WsExceptionFilter, gateway, method),
        handler: method.bind(instance),
      });
    }
  }

  /** The library's guards run first, in any decorator order: other guards may rely on a valid token and enforced limits. */
  private guardsFor(gateway: Type, method: object): CanActivate[] {
    const declared = [...metadataList(GUARDS_METADATA, gateway), ...metadataList(GUARDS_METADATA, method)];
    const extra = declared.filter((guard) => guard !== WsJwtGuard && guard !== WsThrottlerGuard);
    return [WsJwtGuard, WsThrottlerGuard, ...extra].map((guard) =>
      typeof guard === 'function'
        ? this.modules.get<CanActivate>(guard as Type, { strict: false })
        : (guard as CanActivate),
    );
  }

  /** Another pipe or filter would silently replace the validation or the error answers. */
  private soleProvider<T>(key: string, expected: Type<T>, gateway: Type, method: object): T {
    const declared = [...metadataList(key, gateway), ...metadataList(key, method)];
    if (declared.length === 1 && declared[0] === expected) return this.modules.get<T>(expected, { strict: false });
    throw new Error(
      `${gateway.name} must leave pipes and filters to @RealtimeGateway(): ${expected.name} alone may be used`,
    );
  }
}

const metadataList = (key: string, target: object): unknown[] => (Reflect.getMetadata(key, target) ?? []) as unknown[];

/** All commands this process handles, resolved at boot; a command handled twice or a wrong gateway ends the boot. */
import { type CanActivate, Inject, Injectable, type OnModuleInit, type PipeTransform, type Type } from '@nestjs/common';
import { EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, PIPES_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import type { CommandContract } from '@aeturnis/contracts';
import { resolvePolicy } from '../limits/resolve-policy';
import { REALTIME_OPTIONS, type RealtimeOptions } from '../realtime.options';
import type { CommandEntry, WireErrorFilter } from './command-entry';
import { HANDLES } from './handles.decorator';
import { REALTIME_GATEWAY } from './realtime-gateway.decorator';

const GATEWAY_MARK = 'websockets:is_gateway';

@Injectable()
export class CommandTable implements OnModuleInit {
  private readonly entries = new Map<string, CommandEntry>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modules: ModuleRef,
    @Inject(REALTIME_OPTIONS) private readonly options: RealtimeOptions,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || !instance || !Reflect.hasMetadata(GATEWAY_MARK, metatype)) continue;
      if (!Reflect.hasMetadata(REALTIME_GATEWAY, metatype)) {
        throw new Error(
          `${metatype.name} must carry @RealtimeGateway() instead of @WebSocketGateway(): only then is it guarded`,
        );
      }
      this.addGateway(instance as object, metatype as Type);
    }
  }

  get(event: string): CommandEntry | undefined {
    return this.entries.get(event);
  }

  all(): CommandEntry[] {
    return [...this.entries.values()];
  }

  private addGateway(instance: object, gateway: Type): void {
    const prototype = Object.getPrototypeOf(instance) as object;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method = (instance as Record<string, unknown>)[name] as CommandEntry['handler'];
      const contract = Reflect.getMetadata(HANDLES, method) as CommandContract | undefined;
      if (!contract) continue;
      const taken = this.entries.get(contract.name);
      if (taken)
        throw new Error(`'${contract.name}' is handled twice: by ${taken.gateway.name} and by ${gateway.name}`);
      this.entries.set(contract.name, {
        contract,
        gateway,
        policy: resolvePolicy(contract, method, gateway, this.options.policies),
        guards: this.instances<CanActivate>(GUARDS_METADATA, gateway, method),
        pipe: this.only<PipeTransform<unknown, object>>(PIPES_METADATA, gateway),
        filter: this.only<WireErrorFilter>(EXCEPTION_FILTERS_METADATA, gateway),
        handler: method.bind(instance),
      });
    }
  }

  /** Class decorators run bottom up, so those of `@RealtimeGateway` may come last in the list; they must run first. */
  private instances<T>(key: string, gateway: Type, method: object): T[] {
    const own = (Reflect.getMetadata(key, gateway) ?? []) as Type<T>[];
    const extra = (Reflect.getMetadata(key, method) ?? []) as Type<T>[];
    return [...own, ...extra].map((type) =>
      typeof type === 'function' ? this.modules.get<T>(type, { strict: false }) : type,
    );
  }

  private only<T>(key: string, gateway: Type): T {
    const [found] = this.instances<T>(key, gateway, gateway);
    if (!found) throw new Error(`${gateway.name} lacks what @RealtimeGateway() gives`);
    return found;
  }
}

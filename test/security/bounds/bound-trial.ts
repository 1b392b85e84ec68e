/** Sends the largest request of a bound and measures its answer, its work and the events that it causes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EventName } from '@aeturnis/contracts';
import { waitUntil } from '../../support/clients/client';
import { type Bound, type BeyondBound, type RouteRequest, boundSubject } from './bound';
import { REQUEST_ID } from './work-measurement';
import type { MeasuredWork } from './bounds-node';
import { bytesOf } from './wide-texts';
import type { BoundsWorld } from './bounds-world';

export interface TrialResponse {
  /** The code of the refusal; empty on success. */
  readonly code: string;
  readonly bytes: number;
  readonly requestBytes: number;
}

export interface TrialOutcome extends MeasuredWork, TrialResponse {
  /** The bytes of the largest payload of each event that the request caused. */
  readonly caused: ReadonlyMap<string, number>;
}

/** Events that arrive without any request. */
const BACKGROUND_EVENTS = new Set(['zone:moves', 'zone:view', 'system:recoverable']);
/** Announced whenever connections of the observers open or are lost, so also on a busy machine; counted where declared. */
const PRESENCE_EVENTS = new Set(['player:online', 'player:offline', 'player:status_change']);
const QUIET_MS = 50;
const PATIENCE_MS = 60_000;
const JSON_HEADERS = { 'content-type': 'application/json' };

export class BoundTrial {
  private requestId = '';

  constructor(
    readonly world: BoundsWorld,
    private readonly probe = false,
  ) {}

  /** Fills the world, then sends the request and measures it. */
  async run(bound: Bound): Promise<TrialOutcome> {
    const { world } = this;
    const sent = await Promise.resolve(bound.fill(world));
    try {
      await this.untilQuiet();
      await world.node.startMeasuring(this.nameOf(bound), { probe: this.probe, collect: this.probe });
      const answer = await this.send(bound, sent);
      const causes = answer.code === '' ? (bound.causes ?? []) : [];
      for (const { event, seen } of causes) if (seen) await this.untilArrived(event, seen);
      const work = await world.node.stopMeasuring();
      return { ...answer, ...work, caused: this.causedEvents(bound) };
    } finally {
      await bound.clear?.(world);
    }
  }

  /** Sends the request and measures it, without waiting for earlier or caused events. */
  async measure(bound: Bound): Promise<TrialOutcome> {
    const { world } = this;
    const sent = await Promise.resolve(bound.fill(world));
    await world.node.startMeasuring(this.nameOf(bound), { probe: true });
    const answer = await this.send(bound, sent);
    return { ...answer, ...(await world.node.stopMeasuring()), caused: new Map() };
  }

  /** Sends a request that exceeds a bound by one. @returns one line for each deviation from the expected refusal. */
  async runBeyond(bound: Bound, { what, code, sample, as }: BeyondBound<object>): Promise<string[]> {
    const { world } = this;
    const sent = await sample(world);
    await world.node.startMeasuring(this.nameOf(bound));
    const answer = await this.send(as ? { ...bound, as } : bound, sent);
    const { written } = await world.node.stopMeasuring();
    const wrong: string[] = [];
    if (answer.code !== code)
      wrong.push(`${bound.name} with ${what}: expected ${code}, got ${answer.code || 'success'}`);
    if (written > 0) wrong.push(`${bound.name} with ${what}: refused, but changed ${written} rows`);
    return wrong;
  }

  /** The name under which the server measures the work of the request. */
  private nameOf(bound: Bound): string {
    if (bound.kind === 'command') return boundSubject(bound);
    this.requestId = `${REQUEST_ID}${this.world.number()}`;
    return this.requestId;
  }

  private send(bound: Bound, sent: object): Promise<TrialResponse> {
    return bound.kind === 'command' ? this.command(bound, sent) : this.route(boundSubject(bound), sent);
  }

  private async command(bound: Bound, payload: object): Promise<TrialResponse> {
    const answer = await this.world[bound.as ?? 'heavy'].client.send(boundSubject(bound), payload);
    const code = answer.dropped ? 'dropped' : (answer.error?.code ?? '');
    return { code, bytes: bytesOf(answer), requestBytes: bytesOf(payload) };
  }

  private async route(name: string, { params, query, body, headers, token }: RouteRequest): Promise<TrialResponse> {
    const [method = '', pattern = ''] = name.split(' ');
    const path = pathOf(pattern, params);
    const search = query ? `?${new URLSearchParams(query).toString()}` : '';
    const text = body === undefined ? undefined : JSON.stringify(body);
    const authorization = `Bearer ${token ?? this.world.heavy.accessToken}`;
    const response = await fetch(`${this.world.url}${path}${search}`, {
      method,
      headers: {
        authorization,
        'x-request-id': this.requestId,
        ...(text === undefined ? {} : JSON_HEADERS),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    const code = response.status < 400 ? '' : (/"code":"(\w+)"/.exec(answer)?.[1] ?? String(response.status));
    return { code, bytes: Buffer.byteLength(answer), requestBytes: Buffer.byteLength(text ?? '') + search.length };
  }

  /** Waits until the events that the filling caused have arrived. */
  private async untilQuiet(): Promise<void> {
    do {
      for (const { client } of this.observers) client.clearReceived();
      await delay(QUIET_MS);
      for (const { client } of this.observers) await client.roundTrip();
    } while (this.receivedEvents().size > 0);
  }

  private untilArrived(event: EventName, times: number): Promise<void> {
    const all = (): number => Math.max(...this.observers.map(({ client }) => client.eventsNamed(event).length));
    return waitUntil(() => all() >= times, `${event} ${times} times`, PATIENCE_MS);
  }

  private causedEvents({ causes = [] }: Bound): Map<string, number> {
    const received = this.receivedEvents();
    for (const event of PRESENCE_EVENTS) if (!causes.some((cause) => cause.event === event)) received.delete(event);
    return received;
  }

  private receivedEvents(): Map<string, number> {
    const largest = new Map<string, number>();
    for (const { client } of this.observers) {
      for (const { event, payload } of client.received) {
        if (BACKGROUND_EVENTS.has(event)) continue;
        largest.set(event, Math.max(largest.get(event) ?? 0, bytesOf(payload)));
      }
    }
    return largest;
  }

  private get observers() {
    const { heavy, witness, blocker } = this.world;
    return [heavy, witness, blocker];
  }
}

const pathOf = (pattern: string, params: RouteRequest['params']): string =>
  pattern.replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? `{${name}}`);

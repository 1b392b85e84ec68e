/** Sends the largest request there is, and tells what came of it beside what is declared. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EventName } from '@aeturnis/contracts';
import { until } from '../../support/client';
import { type Bound, type Beyond, type RouteRequest, subject } from './bound';
import { REQUEST_ID } from './measuring';
import type { Work } from './node';
import { bytesOf } from './texts';
import type { World } from './world';

export interface Answer {
  /** The code of the refusal; empty where there is none. */
  readonly code: string;
  readonly bytes: number;
  readonly requestBytes: number;
}

export interface Outcome extends Work, Answer {
  /** By event, the largest payload that came of it. */
  readonly caused: ReadonlyMap<string, number>;
}

/** Come by themselves, while nobody asks for anything. */
const BY_ITSELF = new Set(['zone:moves', 'zone:view', 'system:recoverable']);
const QUIET_MS = 50;
const PATIENCE_MS = 60_000;
const DEFAULT_FORM = { 'content-type': 'application/json' };

export class Trial {
  private requestId = '';

  constructor(
    readonly world: World,
    private readonly probe = false,
  ) {}

  /** Fills the world, and sends what that was done for. */
  async run(bound: Bound): Promise<Outcome> {
    const { world } = this;
    const sent = await Promise.resolve(bound.fill(world));
    try {
      await this.settle();
      await world.node.begin(this.nameOf(bound), { probe: this.probe, collect: this.probe });
      const answer = await this.send(bound, sent);
      const causes = answer.code === '' ? (bound.causes ?? []) : [];
      for (const { event, seen } of causes) if (seen) await this.arrived(event, seen);
      const work = await world.node.end();
      return { ...answer, ...work, caused: this.caused() };
    } finally {
      await bound.clear?.(world);
    }
  }

  /** Sends it, whatever was before and comes of it. */
  async measure(bound: Bound): Promise<Outcome> {
    const { world } = this;
    const sent = await Promise.resolve(bound.fill(world));
    await world.node.begin(this.nameOf(bound), { probe: true });
    const answer = await this.send(bound, sent);
    return { ...answer, ...(await world.node.end()), caused: new Map() };
  }

  /** Sends what is one past a bound. @returns what is wrong with how that ended; one line for each. */
  async runBeyond(bound: Bound, { what, code, sample, as }: Beyond<object>): Promise<string[]> {
    const { world } = this;
    const sent = await sample(world);
    await world.node.begin(this.nameOf(bound));
    const answer = await this.send(as ? { ...bound, as } : bound, sent);
    const { written } = await world.node.end();
    const wrong: string[] = [];
    if (answer.code !== code)
      wrong.push(`${bound.name} with ${what}: expected ${code}, got ${answer.code || 'success'}`);
    if (written > 0) wrong.push(`${bound.name} with ${what}: refused, and yet it changed ${written} rows`);
    return wrong;
  }

  /** Under which the server knows the work that comes of it. */
  private nameOf(bound: Bound): string {
    if (bound.kind === 'command') return subject(bound);
    this.requestId = `${REQUEST_ID}${this.world.number()}`;
    return this.requestId;
  }

  private send(bound: Bound, sent: object): Promise<Answer> {
    return bound.kind === 'command' ? this.command(bound, sent) : this.route(subject(bound), sent);
  }

  private async command(bound: Bound, payload: object): Promise<Answer> {
    const answer = await this.world[bound.as ?? 'heavy'].client.send(subject(bound), payload);
    const code = answer.dropped ? 'dropped' : (answer.error?.code ?? '');
    return { code, bytes: bytesOf(answer), requestBytes: bytesOf(payload) };
  }

  private async route(name: string, { params, query, body, headers, token }: RouteRequest): Promise<Answer> {
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
        ...(text === undefined ? {} : DEFAULT_FORM),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    const code = response.status < 400 ? '' : (/"code":"(\w+)"/.exec(answer)?.[1] ?? String(response.status));
    return { code, bytes: Buffer.byteLength(answer), requestBytes: Buffer.byteLength(text ?? '') + search.length };
  }

  /** What the filling has caused has arrived: nothing has come for a while. */
  private async settle(): Promise<void> {
    do {
      for (const { client } of this.watching) client.forget();
      await delay(QUIET_MS);
      for (const { client } of this.watching) await client.settled();
    } while (this.caused().size > 0);
  }

  private arrived(event: EventName, times: number): Promise<void> {
    const all = (): number => Math.max(...this.watching.map(({ client }) => client.all(event).length));
    return until(() => all() >= times, `${event} ${times} times`, PATIENCE_MS);
  }

  private caused(): Map<string, number> {
    const largest = new Map<string, number>();
    for (const { client } of this.watching) {
      for (const { event, payload } of client.received) {
        if (BY_ITSELF.has(event)) continue;
        largest.set(event, Math.max(largest.get(event) ?? 0, bytesOf(payload)));
      }
    }
    return largest;
  }

  private get watching() {
    const { heavy, witness, blocker } = this.world;
    return [heavy, witness, blocker];
  }
}

const pathOf = (pattern: string, params: RouteRequest['params']): string =>
  pattern.replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? `{${name}}`);

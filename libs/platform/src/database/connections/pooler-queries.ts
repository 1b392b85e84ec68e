/**
 * Runs queries through a pooler in transaction mode, such as PgBouncer. Each transaction may run on another connection to
 * PostgreSQL, which other clients use before and after it. Session settings would be lost, or would affect those clients.
 */
import { type ClientBase, type Connection, Query, type QueryConfig } from 'pg';

type Callback = (error: Error | null, result: unknown) => void;

/** Members of the driver's `Query` that its published types lack. */
interface DriverQuery {
  text: string;
  name: string | undefined;
  callback: Callback | undefined;
  requiresPreparation(): boolean;
  submit(connection: Connection): Error | null;
  prepare(connection: Connection): void;
  handleRowDescription(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

type DriverQueryConstructor = new (config: string | QueryConfig, values?: unknown, callback?: unknown) => DriverQuery;

const METHODS = ['requiresPreparation', 'submit', 'prepare', 'handleRowDescription', 'handleCommandComplete'] as const;

/**
 * Applies the settings in the transaction of its statement, in the same round trip; they end with that transaction. The
 * statement that applies them returns no rows, and its result is dropped. Inside a transaction its `begin` has applied them.
 */
class QueryWithSettings extends (Query as unknown as DriverQueryConstructor) {
  private isSettingUp = false;
  private hiddenName: string | undefined;

  constructor(
    private readonly client: ClientBase,
    private readonly settings: string,
    ...query: ConstructorParameters<DriverQueryConstructor>
  ) {
    super(...query);
  }

  override submit(connection: Connection): Error | null {
    this.isSettingUp = this.client.getTransactionStatus() === 'I';
    if (this.isSettingUp && !this.requiresPreparation()) this.text = `${this.settings}; ${this.text}`;
    return super.submit(connection);
  }

  override prepare(connection: Connection): void {
    if (this.isSettingUp) {
      connection.parse({ name: '', text: this.settings, types: [] }, true);
      connection.bind({}, true);
      connection.execute({}, true);
    }
    super.prepare(connection);
    // Without this the driver would take the parse message of the settings for that of the named statement, which may still fail.
    if (this.isSettingUp) [this.hiddenName, this.name] = [this.name, undefined];
  }

  override handleRowDescription(message: unknown): void {
    if (!this.isSettingUp) super.handleRowDescription(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (!this.isSettingUp) return super.handleCommandComplete(message, connection);
    this.isSettingUp = false;
    this.name ??= this.hiddenName;
  }
}

/** @throws if this version of pg lacks the methods that are overridden: every query would fail. */
function assertDriver(): void {
  const missing = METHODS.filter((name) => typeof Reflect.get(Query.prototype as object, name) !== 'function');
  if (missing.length > 0)
    throw new Error(`A pooler needs pg 8.23; the installed version lacks Query.${missing.join(', Query.')}`);
}

/** Makes each transaction of this client, and each statement outside of one, run under these settings. */
export function attachSettings(client: ClientBase, settings: string): void {
  assertDriver();
  const submit = client.query.bind(client) as unknown as (query: unknown) => unknown;
  const query = (config: string | QueryConfig, values?: unknown, callback?: Callback): unknown => {
    if (isSubmittable(config)) return submit(config);
    const wrapped = new QueryWithSettings(client, settings, config, values, callback);
    if (wrapped.callback) return submit(wrapped);
    return new Promise((resolve, reject) => {
      wrapped.callback = (error, result) => (error ? reject(error) : resolve(result));
      submit(wrapped);
    });
  };
  client.query = query as unknown as ClientBase['query'];
}

/** Removes the name of this client's statements while `isNamed` returns false, so that PostgreSQL does not keep them. */
export function filterStatementNames(client: ClientBase, isNamed: () => boolean): void {
  const submit = client.query.bind(client) as unknown as (config: unknown, ...rest: unknown[]) => unknown;
  const query = (config: string | QueryConfig, ...rest: unknown[]): unknown => {
    const hasName = typeof config === 'object' && config.name !== undefined;
    return submit(hasName && !isSubmittable(config) && !isNamed() ? { ...config, name: undefined } : config, ...rest);
  };
  client.query = query as unknown as ClientBase['query'];
}

/** For statements that PostgreSQL refuses inside a transaction. Through a pooler they run under the settings of the role. */
export function runOutsideTransaction(client: ClientBase, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new Query(text, (error) => (error ? reject(error) : resolve())));
  });
}

const isSubmittable = (config: string | object): boolean => typeof config === 'object' && 'submit' in config;

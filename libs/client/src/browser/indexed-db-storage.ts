/** The outbox in the IndexedDB of a browser, shared by its tabs. */
import type { OutboxEntry, OutboxStorage } from '../outbox/outbox-storage';

const STORE = 'outbox';
const BY_USER = 'userId';

export class IndexedDbStorage implements OutboxStorage {
  private opening: Promise<IDBDatabase> | undefined;

  constructor(private readonly name: string) {}

  async list(userId: string): Promise<readonly OutboxEntry[]> {
    return (await this.run('readonly', (store) => store.index(BY_USER).getAll(userId))) as OutboxEntry[];
  }

  async put(entry: OutboxEntry): Promise<void> {
    await this.run('readwrite', (store) => store.put(entry));
  }

  async remove({ tempId }: OutboxEntry): Promise<void> {
    await this.run('readwrite', (store) => store.delete(tempId));
  }

  /** The next call opens it again. What is being stored is completed. */
  close(): void {
    const { opening } = this;
    this.opening = undefined;
    opening?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  /** Resolves when the transaction is complete: what is put survives the tab. */
  private async run(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(asError(transaction.error));
      transaction.onerror = () => reject(asError(transaction.error));
    });
  }

  private open(): Promise<IDBDatabase> {
    // A browser may close a database by itself: it is opened again by the next call.
    return (this.opening ??= openDatabase(this.name, () => (this.opening = undefined)).catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    }));
  }
}

function openDatabase(name: string, onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: 'tempId' });
      store.createIndex(BY_USER, BY_USER);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed;
      // Another tab wants to delete it or to change its form.
      database.onversionchange = () => {
        database.close();
        onClosed();
      };
      resolve(database);
    };
    request.onerror = () => reject(asError(request.error));
    request.onblocked = () => reject(new Error('another tab keeps an older database open'));
  });
}

const asError = (error: DOMException | null): Error => error ?? new Error('IndexedDB has failed');

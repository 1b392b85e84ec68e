/**
 * Imported first, because loading the program takes seconds. Without a listener a signal in that time would end the process
 * with an error code. With one, Node delivers the signal after loading, to the listeners that `main.ts` has added by then.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

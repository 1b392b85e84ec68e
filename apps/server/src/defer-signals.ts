/**
 * Defers signals that arrive while the program is loaded, which takes seconds. Without a listener a signal would end the process
 * with an error code. With one, Node.js delivers it after loading, to the listeners that `main.ts` has added by then.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

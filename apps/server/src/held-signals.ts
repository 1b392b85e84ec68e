/**
 * Imported first: loading the program takes seconds, in which a signal would end the process as if it had failed. Held like
 * this, it is delivered when the program is loaded, to whoever listens by then.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

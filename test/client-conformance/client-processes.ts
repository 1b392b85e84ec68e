/** Ends the processes of a client program, also those that have left its process group or outlived their parent. */

/** Each process of the client inherits this variable. */
export const MARKER_VARIABLE = 'CONFORMANCE_RUN';
/** A process may start another one while the list is read. */
const ATTEMPTS = '1 2 3 4 5';

/**
 * A shell command that kills the process group, and on Linux every process whose environment has the marker. Elsewhere
 * there is no /proc, and a process that has left the group survives.
 */
export function killCommandFor(processGroup: number, marker: string): string {
  const marked = `grep -ls '${MARKER_VARIABLE}=${marker}' /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3`;
  return (
    `kill -s KILL -- -${processGroup} 2>/dev/null; ` +
    `for attempt in ${ATTEMPTS}; do pids=$(${marked}); [ -n "$pids" ] || break; kill -s KILL $pids 2>/dev/null; done`
  );
}

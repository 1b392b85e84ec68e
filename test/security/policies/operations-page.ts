/** Renders the rate policies as docs/limits.md. */
import {
  COMMANDS,
  CONNECTION_POLICY,
  HTTP_RESPONSE_BUDGET,
  FAN_OUT_BUDGET,
  GUEST_SHARE,
  NEW_DIRECT_CONVERSATIONS_BUDGET,
  ADDED_MEMBERS_BUDGET,
  READ_POLICY,
  type RatePolicy,
  type WorkBudget,
} from '@aeturnis/contracts';
import type { Operation } from '@aeturnis/realtime';

const INTRODUCTION = `<!-- Generated from the contracts and the routes of a running server by \`npm run docs:limits\`. -->

# Limits

A rate policy belongs to an operation and a user, over sockets and HTTP alike: a command and its HTTP twins take from the same bucket. It is a token bucket: the burst is its capacity, the limit its refill rate. Over the limit a command answers \`RATE_LIMITED\` with \`retryAfterMs\`, a route \`429\` with the same error and the header \`Retry-After\`; where the table says *dropped*, a command is dropped silently (\`{success: true, dropped: true}\` where an ack was requested). \`GET /api/realtime/policies\` returns the policies in force.

- **Scope.** \`node\`: one bucket per user on each node, no network. \`cluster\`: the same bucket first, then one that all nodes share.
- **Guests** get ${GUEST_SHARE * 100} % of limit and burst where the table says so; all other policies apply to them unchanged.
- **People.** \`conversation:create\` and \`conversation:add\` also cost one token for each user named, from a bucket that both share: ${perMinute(ADDED_MEMBERS_BUDGET)} a minute (guests ${ADDED_MEMBERS_BUDGET.limit * GUEST_SHARE}), at most ${ADDED_MEMBERS_BUDGET.burst} at once.
- **New direct conversations.** Starting one also costs a token from a bucket of its own: ${perHour(NEW_DIRECT_CONVERSATIONS_BUDGET)} an hour (guests ${perHour(NEW_DIRECT_CONVERSATIONS_BUDGET) * GUEST_SHARE}), at most ${NEW_DIRECT_CONVERSATIONS_BUDGET.burst} at once.
- **Fan-out.** What others receive because of an operation marked *fans out* is charged to its user: receivers × size of the event, estimated. A user may cause ${megabytes(FAN_OUT_BUDGET.limit)} a minute, ${megabytes(FAN_OUT_BUDGET.burst)} at once; guests pay ${1 / GUEST_SHARE} times as much. One large operation always passes; while the budget is overdrawn, every operation that fans out is refused. A notification of a message in a conversation, to a member who is not connected, counts as 400 bytes. What each command can cause: [amplification](amplification.md).
- **Answers.** HTTP answers to a user are charged by their length: ${megabytes(HTTP_RESPONSE_BUDGET.limit)} a minute, ${megabytes(HTTP_RESPONSE_BUDGET.burst)} at once. One large answer always passes; while the budget is overdrawn, requests with a token are refused. Of the requests of one user, four are handled at a time; the others wait.
- **A connection** may send ${CONNECTION_POLICY.limit} commands a second, ${CONNECTION_POLICY.burst} at once; a client that does not stop is closed.
- **Reading routes** that are not the twin of a command share one bucket per user: ${perMinute(READ_POLICY)} a minute, ${READ_POLICY.burst} at once.
- **Every route of the API** is limited by address as well: 300 calls a minute, or less where abuse is likely (logging in, registering). Health and metrics are not; like every request, they count among those that one address may send to a node (two a second for each of \`CONNECTIONS_PER_IP\`, 128 a second at least). An address whose requests the API answers 4xx more than 16 times a second, after 400 at once (two for each of \`CONNECTIONS_PER_IP\`, 128 at least; one that is answered \`429\` counts as four), gets \`429\` before its requests reach the API, and the connection is closed; its sockets are not affected.
- **A node as a whole** limits connections, rooms of connections and new guests of all users together: see [bounds](bounds.md). What exceeds these limits is refused with \`UNAVAILABLE\`, further guests with \`RATE_LIMITED\`; another node may have room. The bound on rooms holds with \`LIMITS=off\` as well.
- \`LIMITS=off\` switches all limits off, for load tests.

`;

export function limitsPage(operations: readonly Operation[], publicRoutes: readonly string[]): string {
  const order = new Map<string, number>(COMMANDS.map(({ name }, index) => [name, index]));
  const place = ({ name }: Operation): number => order.get(name) ?? 0;
  const commands = operations.filter(({ isCommand }) => isCommand).sort((a, b) => place(a) - place(b));
  const others = operations.filter(({ isCommand }) => !isCommand).sort((a, b) => a.name.localeCompare(b.name));
  const open = [...publicRoutes].filter((route) => !route.startsWith('GET ')).sort();
  return [
    INTRODUCTION,
    '## Commands, and the routes that are their twins\n\n',
    table('command', commands),
    '\n## Over HTTP alone\n\n',
    table('operation', others),
    '\n## Without a token\n\nThese routes have no user yet, and are limited by address.\n\n',
    ...open.map((route) => `- \`${route}\`\n`),
  ].join('');
}

function table(head: string, operations: readonly Operation[]): string {
  const rows = operations.map(row);
  const columns = [head, 'routes', 'limit', 'burst', 'scope', 'over it', 'guests'];
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function row({ name, routes, policy, guestPolicy }: Operation): string[] {
  const routeCells = [...routes].sort().map((route) => `\`${route}\``);
  if (!policy) return [`\`${name}\``, routeCells.join('<br>'), 'none', '', '', '', ''];
  const tight = policy.tightForGuests && guestPolicy ? `${limitOf(guestPolicy)}, burst ${guestPolicy.burst}` : '';
  const marks = [
    ...(policy.fansOut ? ['fans out'] : []),
    ...(policy.work ? [`people by \`${policy.work.fields.join('`, `')}\``] : []),
  ];
  const over = [policy.excess === 'drop' ? 'dropped' : 'refused', ...marks].join('; ');
  return [`\`${name}\``, routeCells.join('<br>'), limitOf(policy), String(policy.burst), policy.scope, over, tight];
}

const limitOf = ({ limit, windowMs, per }: RatePolicy): string =>
  `${limit} / ${windowMs / 1000} s${per ? ` per ${per.join(', ')}` : ''}`;

function perMinute({ limit, windowMs }: Pick<RatePolicy, 'limit' | 'windowMs'>): number {
  return (limit * 60_000) / windowMs;
}
function perHour(budget: WorkBudget): number {
  return 60 * perMinute(budget);
}
function megabytes(bytes: number): string {
  return `${bytes / 1_000_000} MB`;
}

// Verifies the history of a finished fight: `verifyHistory(pages, rules, digests)`. Uses the rules of fights, SHA-256 and HMAC,
// and nothing of the server or Node.js: the playground runs it in browsers.

/** What all pages of a fight have in common. */
const FIGHT = 'sessionId rulesVersion dataHash commitment clientSeeds setup outcome serverSeed';
const PLAYER = 'id side name level class health maxHealth attack defense';
const INPUTS = { act: 'type actorId turn', miss: 'type actorId turn', forfeit: 'type actorId reason' };

const show = (value) => (value === undefined ? 'nothing' : JSON.stringify(value));
const pick = (value, names) => Object.fromEntries(names.split(' ').map((name) => [name, value[name]]));

/**
 * Returns the checks, each with its title and problem. `history`: the pages, in any order. `rules`: the library's exports.
 * `digests`: `sha256(data)` in hexadecimal digits, `hmacSha256(key, text)` and `bytesOfHex(hex)`.
 */
export function verifyHistory(history, rules, digests) {
  const checks = [];
  const hashOf = (value) => digests.sha256(rules.canonicalJson(value));
  const fieldProblem = (page, name) => different(knownFields(page), page, name);
  const digestProblem = ({ digest, success: _, ...rest }, name) => different(hashOf(rest), digest, `${name}, digest`);
  const check = (title, problem) => checks.push({ title, problem }) > 0 && problem === undefined;
  // A page without entries can only be the last.
  const firstSeq = (page) => page?.entries?.[0]?.seq ?? Infinity;
  const pages = [...history].sort((one, other) => firstSeq(one) - firstSeq(other));
  try {
    check('fields', first(pages, fieldProblem));
    check('digests', first(pages, digestProblem));
    const areOfOneFight = check('pages', first(pages, pageProblem) ?? first(pages, sequenceProblem));
    const areOurRules = check('rules', rulesProblem(pages[0], rules, digests));
    const isSeedCommitted = check('commitment', commitmentProblem(pages[0], digests));
    if (areOfOneFight && areOurRules && isSeedCommitted) check('replay', replayProblem(pages, rules, digests));
  } catch (error) {
    check('values', error.message);
  }
  return checks;
}

/** The first problem; undefined if there is none. */
function first(values, findProblem, kind = 'page') {
  return values.reduce((found, value, at) => found ?? findProblem(value, `${kind} ${at + 1}`, at, values), undefined);
}

/** A copy of a page without the fields that a history does not have; those of its entries are compared by the replay. */
function knownFields(page) {
  const { setup, inputs, entries, success } = page;
  if (![setup?.participants, inputs, entries].every(Array.isArray)) throw new Error('not an ack of combat:history');
  const participant = (each) =>
    each.monster === undefined ? { ...pick(each, PLAYER), bag: null } : pick(each, 'id side name level monster');
  return {
    ...pick(page, `${FIGHT} entries next digest`),
    setup: { mode: setup.mode, participants: setup.participants.map(participant) },
    inputs: inputs.map((input) => ({
      ...pick(input, INPUTS[input.type] ?? 'type'),
      action: input.type === 'act' ? pick(input.action, 'type targetId skillId itemId') : undefined,
      player: input.type === 'join' ? participant(input.player) : undefined,
    })),
    success: success === undefined ? undefined : true,
  };
}

function pageProblem(page, name, at, pages) {
  if (page.sessionId !== pages[0].sessionId) return `${name} belongs to another fight than page 1`;
  if (page.digest === pages[at - 1]?.digest) return `${name} is the same page as page ${at}, given twice`;
  if (!page.outcome || !page.serverSeed) return `${name} was read before the fight had ended and its seed was revealed`;
  return different(pick(pages[0], FIGHT), pick(page, FIGHT), `not read at the same time as page 1: ${name}`);
}

function sequenceProblem(page, name, at, pages) {
  let seq = pages[at - 1]?.next ?? 0;
  const stray = page.entries.find((entry) => entry.seq !== ++seq);
  if (stray) return different(seq, stray.seq, `is a page missing? ${name}, number of an entry`);
  return different(page === pages.at(-1) ? null : seq, page.next, `is a page missing? ${name}, next`);
}

function rulesProblem({ rulesVersion, dataHash }, { RULES_VERSION, RULE_DATA, canonicalJson }, { sha256 }) {
  if (rulesVersion !== RULES_VERSION)
    return `these are version ${RULES_VERSION}, the fight was fought by version ${show(rulesVersion)}: verify it with that`;
  return different(sha256(canonicalJson(RULE_DATA)), dataHash, 'hash of the rule data');
}

function commitmentProblem({ serverSeed, commitment }, { sha256, bytesOfHex }) {
  if (!/^[0-9a-f]{64}$/.test(serverSeed)) return 'serverSeed is not 64 lower-case hexadecimal digits';
  return different(commitment, sha256(bytesOfHex(serverSeed)), 'SHA-256 of serverSeed');
}

function replayProblem(pages, { canonicalJson, AddressedRolls, beginFight, stepFight, entryFor }, digests) {
  const { commitment, serverSeed, clientSeeds, setup, outcome } = pages[0];
  const { hmacSha256, bytesOfHex } = digests;
  const key = hmacSha256(bytesOfHex(serverSeed), canonicalJson(clientSeeds));
  const rolls = new AddressedRolls(commitment, (address) => hmacSha256(key, address));
  const entries = pages.flatMap((page) => page.entries.map((entry) => ({ entry, page })));
  const inputs = pages.flatMap((page) => page.inputs.map((input) => ({ input, page })));
  const entryProblem = (entry) => different(entryFor(entry), entries[entry.seq - 1]?.entry, `entry ${entry.seq}`);
  let step = beginFight(setup, rolls);
  const inputProblem = ({ input, page }, name) => {
    const seq = step.state.seq + 1;
    const where = `${name} (${input.type}), before entry ${seq}`;
    step = stepFight(step.state, input, rolls);
    if (typeof step === 'string') return `${where}: refused as ${step}`;
    const problem = first(step.entries, entryProblem);
    if (problem) return problem;
    const { entry, page: pageOfEntry } = entries[seq - 1];
    const choiceProblem = different(entry, { ...entry, ...input.action, type: entry.type }, where);
    return page === pageOfEntry ? choiceProblem : `${where}: on another page than the entry`;
  };
  const problem = first(step.entries, entryProblem) ?? first(inputs, inputProblem, 'input');
  return problem ?? different(pick(step.state, 'seq outcome'), { seq: entries.length, outcome }, 'end of the fight');
}

/** The first difference of two JSON values; undefined if they are equal. */
function different(expected, found, where) {
  if (expected === found) return undefined;
  if (Object(expected) !== expected || Object(found) !== found || Array.isArray(expected) !== Array.isArray(found))
    return `${where}: expected ${show(expected)}, found ${show(found)}`;
  for (const name of Object.keys({ ...expected, ...found })) {
    const problem = different(expected[name], found[name], name);
    if (problem) return `${where}, ${problem}`;
  }
  return undefined;
}

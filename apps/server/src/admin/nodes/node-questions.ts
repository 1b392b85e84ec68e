/** Asks all nodes of the cluster, or one of them, over the cluster bus. Nodes that do not answer in time are named. */
import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { FailureLog, NodeIdentity } from '@aeturnis/platform';
import { ClusterBus } from '@aeturnis/realtime';
import { RealtimeService } from '../../realtime';

const ANSWER_TOPIC = 'admin:answer';
const ANSWER_TIMEOUT_MS = 1_000;

/** `answered: false`: the node holds a lease but did not answer in time. */
export type NodeAnswer<Answer> = { nodeId: string } & (({ answered: true } & Answer) | { answered: false });

interface QuestionMessage<Question> {
  readonly requestId: string;
  readonly question: Question;
  /** The node that is asked; absent: all nodes. */
  readonly nodeId?: string;
}
interface AnswerMessage {
  readonly requestId: string;
  readonly nodeId: string;
  readonly answer: object;
}

@Injectable()
export class NodeQuestions implements OnModuleInit {
  private readonly failures = new FailureLog(new Logger(NodeQuestions.name));
  private readonly listeners = new Map<string, (message: AnswerMessage) => void>();

  constructor(
    private readonly identity: NodeIdentity,
    private readonly bus: ClusterBus,
    private readonly realtime: RealtimeService,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe<AnswerMessage>(ANSWER_TOPIC, (message) => this.listeners.get(message.requestId)?.(message));
  }

  /** Answers a question on this node, whichever node asks it. Call it in `onModuleInit`. Answers must be JSON. */
  answer<Question extends object, Answer extends object>(
    topic: string,
    respond: (question: Question) => Answer | Promise<Answer>,
  ): void {
    this.bus.subscribe<QuestionMessage<Question>>(questionTopic(topic), ({ requestId, question, nodeId }) => {
      const { node } = this.identity;
      if (nodeId !== undefined && nodeId !== node) return;
      Promise.resolve(question)
        .then(respond)
        .then((answer) => this.bus.publish(ANSWER_TOPIC, { requestId, nodeId: node, answer } satisfies AnswerMessage))
        .catch((error: unknown) =>
          this.failures.error({
            message: 'question of an administrator failed, this node does not answer',
            topic,
            error,
          }),
        );
    });
  }

  /** Asks all nodes. Sorted by name, including this node. Takes a second if a node does not answer. */
  async askAll<Answer extends object>(topic: string, question: object): Promise<NodeAnswer<Answer>[]> {
    const expected = await this.nodeIds();
    const answers = await this.ask<Answer>(topic, { question }, expected);
    return expected.map((nodeId) => {
      const answer = answers.get(nodeId);
      return answer ? { nodeId, answered: true, ...answer } : { nodeId, answered: false };
    });
  }

  /** Asks the named node alone, or all nodes without a name. @throws AppError NOT_FOUND if the named node does not exist. */
  async askEach<Answer extends object>(
    topic: string,
    question: object,
    nodeId?: string,
  ): Promise<NodeAnswer<Answer>[]> {
    if (nodeId === undefined) return this.askAll<Answer>(topic, question);
    await this.requireNode(nodeId);
    const answer = await this.askOne<Answer>(topic, nodeId, question);
    return [answer ? { nodeId, answered: true, ...answer } : { nodeId, answered: false }];
  }

  /** @throws AppError NOT_FOUND. */
  async requireNode(nodeId: string): Promise<void> {
    if (!(await this.nodeIds()).includes(nodeId)) throw new AppError('NOT_FOUND', 'There is no such node');
  }

  /** Asks one node. @returns undefined if it does not answer in time. */
  async askOne<Answer extends object>(topic: string, nodeId: string, question: object): Promise<Answer | undefined> {
    return (await this.ask<Answer>(topic, { question, nodeId }, [nodeId])).get(nodeId);
  }

  /** The names of the nodes that hold a lease, and of this one, in order. */
  async nodeIds(): Promise<string[]> {
    const leased = (await this.realtime.getNodes()).filter(({ expiresInMs }) => expiresInMs > 0);
    return [...new Set([this.identity.node, ...leased.map(({ nodeId }) => nodeId)])].sort();
  }

  private ask<Answer extends object>(
    topic: string,
    message: Omit<QuestionMessage<object>, 'requestId'>,
    expected: readonly string[],
  ): Promise<Map<string, Answer>> {
    const requestId = randomUUID();
    const answers = new Map<string, Answer>();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.listeners.delete(requestId);
        resolve(answers);
      };
      // After a stall of this process, answers that came in time are read only in the next turn of the event loop.
      const timer = setTimeout(() => setImmediate(finish), ANSWER_TIMEOUT_MS);
      this.listeners.set(requestId, ({ nodeId, answer }) => {
        if (expected.includes(nodeId)) answers.set(nodeId, answer as Answer);
        if (answers.size === expected.length) finish();
      });
      this.bus.publish(questionTopic(topic), { requestId, ...message } satisfies QuestionMessage<object>);
    });
  }
}

const questionTopic = (topic: string): string => `admin:question:${topic}`;

/** The messages of one conversation, also those that wait for a network. */
import type { ChatClient } from '@aeturnis/client';
import { type ConversationHook, useClient, useConnection, useConversation, useStore } from '@aeturnis/client/react';
import { type ReactElement, useEffect, useRef } from 'react';
import { FlatList, StyleSheet, Text } from 'react-native';
import { LineInput } from './LineInput';

interface Line {
  readonly key: string;
  readonly text: string;
}

export function Conversation({ id }: { readonly id: string }): ReactElement {
  const client = useClient<ChatClient>();
  const opened = useConversation(id);
  useRetryOnceLive(opened);
  const { state, conversation } = opened;
  const waiting = useStore(client.outbox.entries).filter(({ conversationId }) => conversationId === id);
  const messages = state?.isLoaded ? state.messages : undefined;
  const count = messages?.length;
  useEffect(() => {
    conversation?.markRead().catch(() => undefined);
  }, [conversation, count]);
  const lines: readonly Line[] = messages
    ? messages.map(({ key, isOwn, senderName, content, status }) => {
        return { key, text: isOwn ? `${content} (${status})` : `${senderName}: ${content}` };
      })
    : waiting.map(({ tempId, content, failure }) => ({
        key: tempId,
        text: `${content} (${failure === undefined ? 'queued' : 'failed'})`,
      }));
  return (
    <>
      <FlatList
        style={styles.list}
        data={lines}
        keyExtractor={({ key }) => key}
        renderItem={({ item }) => <Text testID="message">{item.text}</Text>}
      />
      <LineInput name="text" label="Message" onSubmit={(text) => client.conversations.send(id, text)} />
    </>
  );
}

/** An app that starts without a network opens its conversation when it has one. */
function useRetryOnceLive({ error, retry }: ConversationHook): void {
  const { phase } = useConnection();
  const hasRetried = useRef(false);
  useEffect(() => {
    // Once for each connection: what fails again at once would be tried again without a pause.
    if (phase !== 'live') hasRetried.current = false;
    else if (error?.retryable && !hasRetried.current) {
      hasRetried.current = true;
      retry();
    }
  }, [error, phase, retry]);
}

const styles = StyleSheet.create({ list: { flex: 1 } });

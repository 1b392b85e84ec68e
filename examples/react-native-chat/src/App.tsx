/** A chat of two users: one enters the id that the other's app shows. */
import type { ChatClient } from '@aeturnis/client';
import { ClientProvider, useClient, useConnection, useEvent, useRequest } from '@aeturnis/client/react';
import { type ReactElement, useEffect, useState } from 'react';
import { KeyboardAvoidingView, Platform, StyleSheet, Text } from 'react-native';
import { Conversation } from './Conversation';
import { LineInput } from './LineInput';
import { openSession, rememberConversation, type Session } from './session';

export function App(): ReactElement {
  const [session, setSession] = useState<Session>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const opening = openSession();
    opening.then(setSession, (error: Error) => setProblem(error.message));
    return () => void opening.then(({ client }) => client.close()).catch(() => undefined);
  }, []);
  return (
    <KeyboardAvoidingView style={styles.screen} behavior={Platform.OS === 'ios' ? 'padding' : undefined}>
      {problem !== undefined && <Text testID="problem">{problem}</Text>}
      {session && (
        <ClientProvider client={session.client}>
          <Chat firstConversationId={session.conversationId} />
        </ClientProvider>
      )}
    </KeyboardAvoidingView>
  );
}

function Chat({ firstConversationId }: { readonly firstConversationId: string | undefined }): ReactElement {
  const client = useClient<ChatClient>();
  const { phase, queued } = useConnection();
  const [conversationId, setConversationId] = useState(firstConversationId);
  const creation = useRequest('conversation:create');
  const show = (id: string): void => {
    setConversationId(id);
    void rememberConversation(id);
  };
  useEvent('conversation:created', (created) => show(created.conversationId));
  const invite = async (userId: string): Promise<void> => {
    const created = await creation.send({ kind: 'direct', participantIds: [userId.trim()] });
    if (created) show(created.id);
  };
  return (
    <>
      <Text testID="connection">{phase}</Text>
      <Text testID="queued">{queued}</Text>
      <Text testID="user" selectable>
        {client.userId}
      </Text>
      {conversationId === undefined ? (
        <LineInput name="partner" label="Id of the other user" onSubmit={invite} />
      ) : (
        <Conversation key={conversationId} id={conversationId} />
      )}
      {creation.error && <Text testID="problem">{creation.error.message}</Text>}
    </>
  );
}

const styles = StyleSheet.create({ screen: { flex: 1, padding: 16, paddingTop: 64, backgroundColor: 'white' } });

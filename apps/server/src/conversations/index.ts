/** Conversations, as the rest of the server knows them. */
export { ConversationsModule } from './conversations.module';

/** Chat, as the rest of the server knows it. */
export { ChatModule } from './chat.module';

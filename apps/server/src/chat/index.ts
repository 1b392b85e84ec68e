/** The public exports of the chat feature. */
export { ChatModule } from './chat.module';

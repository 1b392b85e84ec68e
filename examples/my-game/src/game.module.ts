/** The game: the realtime layer, and what the game adds to it. */
import { Module } from '@nestjs/common';
import { RealtimeModule } from '@aeturnis/realtime';
import { CampController } from './camp.controller';
import { CampGateway } from './camp.gateway';
import { LoginController } from './login.controller';
import { SignedTokenVerifier } from './tokens';

@Module({
  imports: [RealtimeModule.forRoot({ verifier: SignedTokenVerifier })],
  controllers: [CampController, LoginController],
  providers: [CampGateway],
})
export class GameModule {}

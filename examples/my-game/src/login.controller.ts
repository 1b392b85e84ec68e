/** Gives a token to anyone who asks. Replace it by the login of your game. */
import { Body, Controller, Post } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { issueToken } from './tokens';

@Controller('login')
export class LoginController {
  @Post()
  logIn(@Body() body: { name?: unknown } | undefined): { token: string } {
    const name = body?.name;
    if (typeof name !== 'string' || !/^[a-z]{1,20}$/i.test(name))
      throw new AppError('VALIDATION', 'name must have 1 to 20 letters');
    return { token: issueToken(name) };
  }
}

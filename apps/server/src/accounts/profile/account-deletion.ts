/** The deletion of an account by its owner, who proves it with the password. */
import { Injectable } from '@nestjs/common';
import { AppError, type Principal } from '@aeturnis/contracts';
import { AccountData } from '../account-data';
import { AccountsRepository } from '../accounts.repository';
import { PasswordVerifier } from '../auth/password-verifier';

@Injectable()
export class AccountDeletion {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly data: AccountData,
    private readonly verifier: PasswordVerifier,
  ) {}

  /** Permanently deletes the account. @throws AppError BAD_CREDENTIALS if it has a password and this one is wrong; RATE_LIMITED. */
  async delete({ userId }: Principal, password: string | null | undefined, address: string): Promise<void> {
    const account = await this.accounts.find(userId);
    if (!account) throw new AppError('NOT_FOUND', 'There is no such account');
    const attempt = { purpose: 'password', subject: userId, address } as const;
    if (account.passwordHash !== null && !(await this.verifier.verify(password ?? '', account, attempt)))
      throw new AppError('BAD_CREDENTIALS', 'The password is wrong');
    await this.data.deleteAccount(userId);
  }
}

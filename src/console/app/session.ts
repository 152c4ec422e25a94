/** Who is signed in, in this browser. */

import { ImageClient, devToken } from "../client/index.js";

const USER = "user";

/** One user and the client that calls for them. */
export class Session {
  readonly client: ImageClient;

  private constructor(
    readonly user: string,
    token: string,
  ) {
    let current = token;
    this.client = new ImageClient({
      baseUrl: "",
      token: async (renew) => {
        if (renew) {
          current = await devToken("", user);
        }
        return current;
      },
    });
  }

  /** @throws when the server does not take the name. */
  static async signIn(user: string): Promise<Session> {
    const session = new Session(user, await devToken("", user));
    localStorage.setItem(USER, user);
    return session;
  }

  /** Who was signed in when the page was left. */
  static remembered(): string | undefined {
    return localStorage.getItem(USER) ?? undefined;
  }

  static signOut(): void {
    localStorage.removeItem(USER);
  }
}

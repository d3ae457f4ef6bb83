// Log-in and one's own account.
import { get, post } from "./client";
import type { Session } from "./types";

export const fetchSession = (): Promise<Session> => get("/session");
export const logIn = (name: string, password: string, code?: string): Promise<Session> =>
  post("/login", code ? { name, password, code } : { name, password });
export const logOut = (): Promise<unknown> => post("/logout");
export const changePassword = (old: string, fresh: string): Promise<unknown> => post("/password", { old, new: fresh });
export const beginTotp = (): Promise<{ secret: string; uri: string }> => post("/totp/begin");
export const confirmTotp = (code: string): Promise<unknown> => post("/totp/confirm", { code });
export const removeTotp = (password: string): Promise<unknown> => post("/totp/remove", { password });

// Who is logged in, and what that person may do.
import { computed, ref } from "vue";
import * as account from "../api/account";
import { ApiError, useToken } from "../api/client";
import type { Session } from "../api/types";
import { setClock } from "./clock";

export const session = ref<Session | null>(null);
export const staff = computed(() => session.value?.staff ?? null);
export const mustChangePassword = computed(() => session.value?.staff.must_change_password ?? false);

export function may(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false;
}

function adopt(found: Session): void {
  session.value = found;
  useToken(found.csrf);
  if (found.now) setClock(found.now);
}

/** Ask the server who we are; null when nobody is logged in. */
export async function resume(): Promise<Session | null> {
  try {
    adopt(await account.fetchSession());
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    session.value = null;
  }
  return session.value;
}

export async function logIn(name: string, password: string, code?: string): Promise<void> {
  adopt(await account.logIn(name, password, code));
}

export async function logOut(): Promise<void> {
  await account.logOut().catch(() => undefined);
  forget();
}

export function forget(): void {
  session.value = null;
  useToken("");
}

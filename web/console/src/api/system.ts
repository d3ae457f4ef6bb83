// The installation's health, keys and terms of keeping; persons' requests about their own data; the identity provider.
import { get, post, saveAnswer } from "./client";
import type { Health, Keys, PrivacyPage, PrivacyRequest, Retention } from "./operationsTypes";

export const fetchHealth = (): Promise<Health> => get("/system/health");
export const fetchKeys = (): Promise<Keys> => get("/system/keys");
export const rotateKey = (reason: string): Promise<Keys> => post("/system/keys/rotate", { reason });
export const sealAnew = (reason: string): Promise<Keys> => post("/system/keys/reseal", { reason });
export const fetchRetention = (page: number, size: number): Promise<Retention> => get("/system/retention", { page, size });
export const sweepNow = (reason: string): Promise<{ deleted: Record<string, Record<string, number>> }> => post("/system/retention/sweep", { reason });

export const fetchRequests = (state: string, page: number, size: number): Promise<{ items: PrivacyRequest[]; total: number }> => get("/privacy/requests", { state, page, size });
export const addRequest = (form: { kind: string; subject_kind: string; subject: string; note: string }): Promise<{ request: PrivacyRequest }> => post("/privacy/requests", form);
export const fetchRequest = (id: number): Promise<PrivacyPage> => get(`/privacy/requests/${id}`);
export const searchAgain = (id: number): Promise<{ request: PrivacyRequest }> => post(`/privacy/requests/${id}/search`);
export const exportPerson = (id: number, conversations: string[]): Promise<void> => saveAnswer(`/privacy/requests/${id}/export`, { conversations }, `personal-data-${id}.zip`);
export const erasePerson = (id: number, conversations: string[], mode: string, reason: string): Promise<{ request: PrivacyRequest }> => post(`/privacy/requests/${id}/erase`, { conversations, mode, reason });
export const closeRequest = (id: number, state: string, reason: string): Promise<{ request: PrivacyRequest }> => post(`/privacy/requests/${id}/close`, { state, reason });

export const fetchProvider = (): Promise<{ enabled: boolean; label: string }> => get("/oidc");
export const PROVIDER_START = "/console/api/oidc/start";

// Releases: what there is, who answers now, and the acts that change it. Every act has its reason in the body.
import { download, get, post } from "./client";
import type { Difference, Flip, Move, Release, ReleaseAlert, ReleaseDetailPage, RolledBack, Serving, ServingPage, ShadowPage, Training } from "./releaseTypes";
import type { Page } from "./types";

export const fetchReleases = (state: string, page: number, size: number): Promise<Page<Release>> => get("/releases", { state, page, size });
export const fetchRelease = (id: string): Promise<ReleaseDetailPage> => get(`/releases/${id}`);
export const fetchFlips = (id: string, kind: string, page: number, size: number): Promise<Page<Flip>> => get(`/releases/${id}/flips`, { kind, page, size });
export const fetchShadow = (id: string, kind: Difference["kind"] | "", page: number, size: number): Promise<ShadowPage> => get(`/releases/${id}/shadow`, { kind, page, size });
export const fetchServing = (): Promise<ServingPage> => get("/serving");
export const fetchMoves = (release: string, page: number, size: number): Promise<Page<Move>> => get("/release-moves", { release, page, size });
export const exportMoves = (release: string): Promise<void> => download("/release-moves/export", { release }, "releases.csv");
export const fetchAlerts = (): Promise<Page<ReleaseAlert>> => get("/release-alerts", { open: 1, size: 5 });
export const acknowledgeAlert = (id: number, note: string): Promise<unknown> => post(`/release-alerts/${id}/acknowledge`, { note });

type Moved = Promise<{ release: Release; serving: Serving }>;
export const shadowRelease = (id: string, reason: string): Moved => post(`/releases/${id}/shadow`, { reason });
export const stopRelease = (id: string, reason: string): Moved => post(`/releases/${id}/stop`, { reason });
export const promoteRelease = (id: string, reason: string): Moved => post(`/releases/${id}/promote`, { reason });
export const startCanary = (id: string, percent: number, reason: string): Moved => post(`/releases/${id}/canary`, { percent, reason });
export const rollBack = (reason: string, to: string | null, withKnowledge: boolean): Promise<RolledBack> => post("/rollback", { reason, to, with_knowledge: withKnowledge });

export const fetchTrainings = (page: number, size: number): Promise<Page<Training>> => get("/learning/trainings", { page, size });
export const beginTraining = (month: string, reason: string): Promise<{ training: Training }> => post("/learning/trainings", { month, reason });

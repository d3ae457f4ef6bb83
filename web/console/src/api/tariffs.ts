// Tariff tables: what holds, versions in work, publishing.
import { get, post, put } from "./client";
import type { Page } from "./types";
import type { Mistake, Preview, Publication, TariffRegion, TariffRow, TariffTable, Version, VersionRow } from "./tariffTypes";

export interface CopyForm {
  region: string;
  category: string;
  copied_from: string;
  effective_from: string;
  effective_to: string | null;
  name: string;
  document: string;
  certainty: string;
  notes: string[];
  figures: { path: (string | number)[]; value: string }[];
  note: string;
}

export const fetchRegions = (): Promise<Page<TariffRegion> & { has_customers: boolean }> => get("/tariffs/regions");
export const fetchTables = (filter: { region: string; category: string; state: string; q: string }, page: number, size: number): Promise<Page<TariffRow>> =>
  get("/tariffs/tables", { ...filter, page, size });
export const fetchTable = (region: string, category: string, from: string): Promise<{ table: TariffTable }> =>
  get("/tariffs/table", { region, category, from });
export const fetchSource = (region: string): Promise<{ text: string; origin: string }> => get("/tariffs/source", { region });
export const checkText = (text: string): Promise<{ mistakes: Mistake[] }> => post("/tariffs/check", { text });
export const fetchVersions = (region: string, state: string, page: number, size: number): Promise<Page<VersionRow>> =>
  get("/tariffs/versions", { region, state, page, size });
export const fetchVersion = (id: number): Promise<{ version: Version }> => get(`/tariffs/versions/${id}`);
export const makeDraft = (region: string, text: string, note: string): Promise<{ version: VersionRow }> =>
  post("/tariffs/versions", { region, text, note });
export const copyTable = (form: CopyForm): Promise<{ version: VersionRow }> => post("/tariffs/versions/copy", form);
export const saveDraft = (id: number, edit: number, text: string, note: string): Promise<{ version: VersionRow }> =>
  put(`/tariffs/versions/${id}`, { edit, text, note });
export const actOn = (id: number, act: "submit" | "withdraw", edit: number): Promise<unknown> => post(`/tariffs/versions/${id}/${act}`, { edit });
export const actWithReason = (id: number, act: "discard" | "refuse", edit: number, reason: string): Promise<unknown> =>
  post(`/tariffs/versions/${id}/${act}`, { edit, reason });
export const fetchPreview = (id: number, month: string, customers: boolean): Promise<Preview> =>
  get(`/tariffs/versions/${id}/preview`, { month, customers: customers ? 1 : "" });
export const publish = (id: number, body: { edit: number; acknowledge: string[]; live_from: string | null; reason: string }): Promise<{ publication: Publication }> =>
  post(`/tariffs/versions/${id}/publish`, body);
export const fetchPublications = (region: string, page: number): Promise<Page<Publication>> =>
  get("/tariffs/publications", { region, page, size: 20 });
export const rollBack = (region: string, version: number, reason: string): Promise<unknown> => post("/tariffs/roll-back", { region, version, reason });
export const cancelComing = (region: string, reason: string): Promise<unknown> => post("/tariffs/cancel", { region, reason });

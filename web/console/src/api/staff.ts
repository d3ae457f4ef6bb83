// Accounts of colleagues, the organisation tree, and the audit trail.
import { get, patch, post } from "./client";
import type { AuditRow, AuditState, Named, Page, Region, Staff } from "./types";

export interface StaffForm {
  name: string;
  display_name: string;
  role: string;
  scope: string;
  skills: string[];
  capacity: number;
}

export const fetchStaff = (query: string, role: string, page: number, size: number): Promise<Page<Staff> & { skills: Named[] }> =>
  get("/staff", { query, role, page, size });
export const addStaff = (form: StaffForm): Promise<{ staff: Staff; password: string | null }> => post("/staff", form);
export const changeStaff = (
  id: number,
  change: Partial<StaffForm> & { is_active?: boolean },
  reason = "",
): Promise<{ staff: Staff }> => patch(`/staff/${id}`, change, reason);
export const resetPassword = (id: number, reason: string): Promise<{ password: string }> =>
  post(`/staff/${id}/password`, {}, reason);
export const unlockStaff = (id: number, reason: string): Promise<{ staff: Staff }> =>
  post(`/staff/${id}/unlock`, {}, reason);
export const fetchOrganisation = (): Promise<{ tree: Region[] }> => get("/organisation");

export interface AuditFilter {
  actor: string;
  action: string;
  object: string;
}

export const fetchAudit = (
  filter: AuditFilter,
  before: number | null,
): Promise<{ items: AuditRow[]; next_before: number | null }> => get("/audit", { ...filter, before, size: 50 });
export const verifyAudit = (): Promise<AuditState> => get("/audit/verify");

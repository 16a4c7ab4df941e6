import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { ApiError } from "@/api/client";
import { meQuery } from "@/api/me";
import { connectionAfter } from "./connection";

const interval = 4000;

/** While the server is away, asks every few seconds whether it is back. */
export function useReturn(away: boolean, onBack: () => void) {
  const queryClient = useQueryClient();
  const back = useEffectEvent(onBack);
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(async () => {
      try {
        await queryClient.fetchQuery({ ...meQuery, staleTime: 0, retry: false });
        back();
      } catch (error) {
        // Who is signed out meanwhile is told so by a server that is back.
        if (error instanceof ApiError && connectionAfter(error) === "ok") back();
      }
    }, interval);
    return () => clearInterval(timer);
  }, [away, queryClient]);
}

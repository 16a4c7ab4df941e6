import { Stack } from "@mantine/core";
import { DeveloperEmails, PrimaryContact } from "@/ui/contact-fields";
import { useField, useWizard } from "./wizard-context";

/** Who hears of what concerns the token. */
export function ContactStep() {
  const { self } = useWizard();
  const primary = useField("primary");
  const developers = useField("developers");
  return (
    <Stack gap="lg">
      <PrimaryContact
        value={primary.value}
        onChange={primary.onChange}
        onBlur={primary.onBlur}
        ref={primary.ref}
        known={self}
        error={primary.error}
      />
      <DeveloperEmails {...developers} />
    </Stack>
  );
}

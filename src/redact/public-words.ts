import type { ParserRegistry } from '../model/parser.ts';

/**
 * Words that kernels and tracers print around faults, of which none says whose machine it was. Everything else is
 * replaced; a word that is missing here costs readability, not meaning: the redactor keeps what the parsers need.
 */
const WORDS = `
a abort aborted access accessing add adding addr address addresses all allocate allocated allow already an and apic are arm at
attach attached attaching attempting auto available back bad base be been before begin beyond bit bits blocked blocking boot buffer bug bus but by
byte bytes bh call callbacks can canonical cannot cap cause caused cleared clear client clock closed code com command comm compatibility
completion config configuration configured conflict connected cons console context controller core corruption could count cpu cpus
created ctx current cycle data deadlocked debug decode decoded default delay delta depth desc descriptor detach detached detected dev
device devices devid devtlb did digits dir direct directory disable disabled disallowed discard dma dmar domain done drain driver drop
dropped dte due dump each ecap empty enable enabled end endpoint engine enter entries entry err error errors errs event events exceeded
exclude exec execute execution exit expired external fail failed failing failure false fault faults fetch field fields first flag flags
flush for forbidden format found free freq from full function functions fsr fsynr gfsr gfsynr gid global going gpa gpu granu group guest
handle handler handling hardirq hardware have head header hex high hint hit hits host hwcons hwprod id idle ids if ignored illegal in
inbound index info init initialized input instance instruction int intel internal interrupt interrupts into invalid invalidate
invalidation io ioctl iommu iommufd iopf iotlb iova ipa ir irq irqs irte is issue it ite its ivhd kernel kmem kprobe kthreadd larb large
larger last late latency layer level likely limit line lines link load local lock log logged long loop loops lost low map mapped mapping
marker master match max may mb mem memory message messages migrate min misaligned missing mm mmu mode module more msi multi multiple
name need needed nested new next no node nominal none non nop normal not notifier now number object occurred of off offset on once online
only opcode open option or order other out output over overflow overwritten paddr page pages paging par parse partial pasid path pc pci
pcie pending per perm permission pgd physical pid port possible power ppr pre preempt present pri prgi prio prior private privilege
privileged probe problem process prod properly prot prq pte qi qw queue queued rate raw rd read reading ready reason received record
recorded ref refused reg register registered registers release released remap remapped remapping remove removed report reports req
request requests resched reserved reset resp respond response responses restarting restore result resume ret return rid root rsp run
running rw sample scalable scan sched secure second seconds security seen seq serious service set setup short sid size sizes skipping
slpte smmu snoop so soft softirq software some source space spec specified specifies spurious src ssid stack stag stall start started
state status ste still stop stopped stream string structure sub submit substream success suppressed sva swapper switch sync syscall
system table tag task test text that the then there these this thread threads tid time timed timeout timer timestamp tlb to too total
trace traced tracer tracing transaction transactions translated translation trap triggered true ttbr type unable unassigned unexpected
unhandled unit unknown unlikely unmap unmapped unpriv unprivileged unregister unsupported until up update upstream use used user users
using valid value ver version vf virt virtual vmm wait wakeup waking walk was wd when width will with without word work worker would wr
write writing written wrong yes zero
calls cmd cat const duration graph probes us driver hop kind lane lanename object offset ordinal point privatedata rawcode requesteronly returnvalue timeunit vendorreason
drainstep stamp latin sequence input dialect
cr da eb fd far gfx gn ip kb mc mgaw pasids pce pdt pml pr ps qw rk rtp sm sre tf tgid tsc ts uche vi vm vt xen
jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun utc
kern warn warning crit alert emerg notice daemon auth syslog
`;

/** Names of machines and programs in samples. */
const INVENTED = /prilab\w*|com\.example/g;

/** The words above, and those by which the parsers know their lines, in lower case. */
export function publicWords(parsers: ParserRegistry): ReadonlySet<string> {
  const known = [
    ...parsers.iommuWords,
    ...parsers.dialects.flatMap(({ needles, eventNames = [], samples }) => [
      ...needles,
      ...eventNames,
      ...samples.map(({ line }) => line.replaceAll(INVENTED, '')),
    ]),
  ];
  const words = [WORDS, ...known]
    .join(' ')
    .toLowerCase()
    .match(/[a-z_][a-z0-9_]*/g);
  return new Set(words?.flatMap((word) => [word, ...word.split('_')]).filter((word) => word.length > 1));
}

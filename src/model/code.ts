import type { ResponseCode } from './event.ts';

/**
 * Response codes of PCIe, VT-d and the kernel (log-formats D.1; VT-d 5.10 table 32).
 * Linux writes its own FAILURE (2) into Intel descriptors and, since 6.11, AMD commands: reserved there.
 */
export interface DecodedCode {
  readonly code: ResponseCode;
  /** Present where the printed value is not the specification's value of `code`. */
  readonly rawCode: number | undefined;
}

/** The 4-bit response code field of a VT-d page group response (VT-d 7.6.1), with Linux's 2 read as a failure. */
export function decodeWireCode(value: number): DecodedCode {
  switch (value) {
    case 0:
      return SUCCESS;
    case 1:
      return INVALID;
    case 0xf:
      return FAILURE;
    case 2:
      return LINUX_FAILURE;
    default:
      return { code: 'reserved', rawCode: value };
  }
}

/** enum iommu_page_response_code (include/linux/iommu.h): SUCCESS 0, INVALID 1, FAILURE 2. */
export function decodeKernelCode(value: number): DecodedCode {
  switch (value) {
    case 0:
      return SUCCESS;
    case 1:
      return INVALID;
    case 2:
      return FAILURE;
    case 0xf:
      return { code: 'response-failure', rawCode: 0xf };
    default:
      return { code: 'reserved', rawCode: value };
  }
}

const SUCCESS: DecodedCode = { code: 'success', rawCode: undefined };
const INVALID: DecodedCode = { code: 'invalid-request', rawCode: undefined };
const FAILURE: DecodedCode = { code: 'response-failure', rawCode: undefined };
const LINUX_FAILURE: DecodedCode = { code: 'response-failure', rawCode: 2 };

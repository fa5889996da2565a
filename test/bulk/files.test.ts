import { bulkStoreContract } from '../contract/bulk-store.contract.ts'

bulkStoreContract('files')

export { channelChoices, toPlanes } from '@deepflash/segmentation';

import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'deepflash',
  description: 'From the masks that several experts drew to a trained, trusted segmentation of every image.',
  cleanUrls: true,
  // Pages of the repository that link to its sources are read there.
  ignoreDeadLinks: true,
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/first-steps' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'Reference', link: '/reference/settings' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'First steps', link: '/guide/first-steps' },
          { text: 'Bring images', link: '/guide/images' },
          { text: 'Annotate', link: '/guide/annotate' },
          { text: 'Merge experts', link: '/guide/experts' },
          { text: 'Train', link: '/guide/train' },
          { text: 'Predict and correct', link: '/guide/predict' },
          { text: 'Export', link: '/guide/export' },
          { text: 'Consensus of objects', link: '/guide/instance-consensus' },
          { text: 'In the browser itself', link: '/guide/in-the-browser' },
          { text: 'Many machines', link: '/cluster' },
        ],
      },
      { text: 'Glossary', link: '/glossary' },
      {
        text: 'Reference',
        items: [
          { text: 'Settings', link: '/reference/settings' },
          { text: 'Commands', link: '/reference/commands' },
        ],
      },
      {
        text: 'Evidence',
        items: [
          { text: 'Accuracy', link: '/accuracy' },
          { text: 'Speed', link: '/performance' },
          { text: 'What a training survives', link: '/survival' },
        ],
      },
      {
        text: 'Decisions',
        items: [
          { text: 'Libraries', link: '/decisions/libraries' },
          { text: 'Training is a graph', link: '/decisions/training-graph' },
          { text: 'Processor', link: '/decisions/cpu-lowerings' },
          { text: 'Pretrained weights', link: '/decisions/pretrained-weights' },
          { text: 'Training on WebGPU', link: '/decisions/webgpu' },
          { text: 'The page in the browser', link: '/decisions/in-the-browser' },
        ],
      },
    ],
  },
});

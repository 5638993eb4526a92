import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { part } from '../api.ts';

interface DownloadsProps {
  readonly name: string;
}

/** The results of a prediction for other programs. */
export function Downloads({ name }: DownloadsProps) {
  const file = (path: string): string => `/api/files/predictions/${part(name)}/${path}`;
  const archive = (of: string): string => `/api/archives/${part(name)}/${of}`;
  const choices = [
    { label: 'Report', href: file('report.html'), target: '_blank' },
    { label: 'Excel: images and objects', href: file('results.xlsx') },
    { label: 'Objects as CSV', href: file('objects.csv') },
    { label: 'Fiji: ROI sets', href: archive('rois') },
    { label: 'QuPath: GeoJSON', href: archive('geojson') },
    { label: 'Masks (PNG)', href: archive('masks') },
    { label: 'Numbered objects (TIFF)', href: archive('instances') },
    { label: 'Uncertainty (TIFF)', href: archive('uncertainty') },
  ];
  return (
    <Menu shadow="md" width={240} position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={17} />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ label, ...link }) => (
          <Menu.Item key={label} component="a" {...link}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

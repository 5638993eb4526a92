import { Badge, Card, Group, Select, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { Link } from 'wouter';
import { pageOf } from '../addresses.ts';
import { FilePicker } from '../components/file-picker.tsx';
import { Term } from '../components/term.tsx';
import { Viewer } from '../viewer/viewer.tsx';

/** What is there: images, who drew on them, and how they look. */
export default function ImagesPage({ project }: { readonly project: ProjectView }) {
  const { images, experts } = project;
  const [chosen, setChosen] = useState<string | null>(null);
  const readable = images.filter(({ problem }) => problem === undefined);
  const shown = readable.find(({ name }) => name === chosen) ?? readable[0];
  return (
    <Stack>
      <Title order={2}>Images</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <FilePicker
          path="images"
          label="Add images"
          hint="or drag files or a folder here: TIFF, OME-TIFF, ImageJ, LSM, PNG, JPEG, BMP, or a zip of them. Names are kept."
        />
        <FilePicker
          path="masks"
          label="Add drawings of several experts"
          hint="Drag the folder of experts here, in which each has a folder, or a zip of it. Masks, ROI sets and GeoJSON find their image by name."
        />
      </SimpleGrid>
      {shown !== undefined && (
        <Card withBorder p="sm" style={{ '--picture-height': '330px' }}>
          <Group justify="space-between" mb="xs">
            <Select
              aria-label="Image"
              data={readable.map(({ name }) => name)}
              value={shown.name}
              onChange={setChosen}
              allowDeselect={false}
              searchable
              w={260}
            />
            <Text size="sm" c="dimmed">
              {describe(shown)}
            </Text>
          </Group>
          <Viewer key={shown.name} image={shown} panes={NO_LAYERS} label={`${shown.name}`} />
        </Card>
      )}
      {images.length > 0 && (
        <Card withBorder p={0}>
          <Table.ScrollContainer minWidth={640}>
            <Table highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Image</Table.Th>
                  <Table.Th>Pixels</Table.Th>
                  <Table.Th>Channels</Table.Th>
                  <Table.Th>Planes</Table.Th>
                  <Table.Th>
                    <Term name="annotation">Annotated</Term> by
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {images.map((image) => (
                  <ImageRow key={image.file} image={image} experts={experts} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
    </Stack>
  );
}

const NO_LAYERS = [[]] as const;

function describe({ width, height, type, format, pixelSize }: ProjectView['images'][number]): string {
  return [`${width} × ${height}`, type, format, ...(pixelSize === null ? [] : [`pixel ${pixelSize}`])].join(
    ' · ',
  );
}

interface ImageRowProps {
  readonly image: ProjectView['images'][number];
  readonly experts: ProjectView['experts'];
}

function ImageRow({ image, experts }: ImageRowProps) {
  const drawn = experts.filter((expert) => expert.images.includes(image.name));
  const { slices, frames } = image;
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={pageOf('annotate', experts[0]?.name ?? 'me', image.name)}>{image.file}</Link>
        {image.problem !== undefined && (
          <Text size="sm" c="red">
            {image.problem}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {image.width} × {image.height}
      </Table.Td>
      <Table.Td>
        {image.rgb ? 'colour' : image.channels.map(({ name }, i) => name ?? `${i + 1}`).join(', ')}
      </Table.Td>
      <Table.Td>
        {[...(slices > 1 ? [`${slices} in Z`] : []), ...(frames > 1 ? [`${frames} in time`] : [])].join(
          ', ',
        ) || 'one'}
      </Table.Td>
      <Table.Td>
        {drawn.length === 0 ? (
          <Badge variant="default">nobody yet</Badge>
        ) : (
          drawn.map(({ name }) => name).join(', ')
        )}
      </Table.Td>
    </Table.Tr>
  );
}

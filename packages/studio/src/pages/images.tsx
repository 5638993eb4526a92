import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { Link } from 'wouter';
import { part } from '../api.ts';
import { FilePicker } from '../components/file-picker.tsx';

export default function ImagesPage({ project }: { readonly project: ProjectView }) {
  const { images, experts } = project;
  return (
    <Stack>
      <Title order={2}>Images</Title>
      <FilePicker
        path="images"
        label="Add images"
        hint="or drag them here: TIFF, OME-TIFF, ImageJ, LSM, PNG, JPEG, BMP, or a zip of them. Names are kept."
      />
      {images.length > 0 && (
        <Table.ScrollContainer minWidth={600}>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Image</Table.Th>
                <Table.Th>Pixels</Table.Th>
                <Table.Th>Channels</Table.Th>
                <Table.Th>Annotated by</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {images.map((image) => {
                const drawn = experts.filter((expert) => expert.images.includes(image.name));
                return (
                  <Table.Tr key={image.file}>
                    <Table.Td>
                      <Link href={`/annotate/${part(experts[0]?.name ?? 'me')}/${part(image.name)}`}>
                        {image.file}
                      </Link>
                      {image.problem !== undefined && (
                        <Text size="sm" c="red">
                          {image.problem}
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>
                      {image.width} x {image.height}
                    </Table.Td>
                    <Table.Td>{image.channels.map(({ name }, i) => name ?? `${i + 1}`).join(', ')}</Table.Td>
                    <Table.Td>
                      {drawn.length === 0 ? (
                        <Badge variant="default">nobody yet</Badge>
                      ) : (
                        drawn.map(({ name }) => name).join(', ')
                      )}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
